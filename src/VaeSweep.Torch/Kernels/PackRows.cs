namespace VaeSweep.Torch.Kernels;

/// <summary>Rows of a pack [M, rows, columns] that may be a view: row i of trial m starts at data + m * TrialStride + i *
/// RowStride.</summary>
/// <param name="data">The first row of the first trial.</param>
/// <param name="rowStride">Distance between rows, in entries.</param>
/// <param name="trialStride">Distance between trials, in entries; 0 where all trials share the rows.</param>
public readonly unsafe struct PackRows(float* data, nint rowStride, nint trialStride)
{
    /// <summary>The first row of the first trial.</summary>
    public float* Data { get; } = data;

    /// <summary>Distance between rows, in entries.</summary>
    public nint RowStride { get; } = rowStride;

    /// <summary>Distance between trials, in entries; 0 where all trials share the rows.</summary>
    public nint TrialStride { get; } = trialStride;

    /// <summary>Rows one after another, trial by trial.</summary>
    public static PackRows Contiguous(float* data, int rows, int columns) => new(data, columns, (nint)rows * columns);

    /// <summary>Where a row starts.</summary>
    public float* At(int trial, int row) => Data + (trial * TrialStride) + (row * RowStride);
}
