namespace VaeSweep.Torch.Kernels;

/// <summary>A row-major matrix in memory that somebody else owns.</summary>
/// <param name="data">The first entry.</param>
/// <param name="rowStride">Distance between rows as they lie in memory, in entries.</param>
/// <param name="transposed">Whether what lies in memory is the transposed of what is meant.</param>
public readonly unsafe struct Matrix(float* data, nint rowStride, bool transposed = false)
{
    /// <summary>The first entry.</summary>
    public float* Data { get; } = data;

    /// <summary>Distance between rows as they lie in memory, in entries.</summary>
    public nint RowStride { get; } = rowStride;

    /// <summary>Whether what lies in memory is the transposed of what is meant.</summary>
    public bool Transposed { get; } = transposed;
}
