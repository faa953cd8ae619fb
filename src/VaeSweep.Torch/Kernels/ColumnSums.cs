namespace VaeSweep.Torch.Kernels;

/// <summary>How sums over rows are made: sums of sums, so that a hundred thousand rows lose no more digits than a hundred
/// do.</summary>
internal static class ColumnSums
{
    /// <summary>Rows that are added up before their sum goes to the total.</summary>
    public const int Block = 128;
}
