namespace VaeSweep.Store.LiteDb;

/// <summary>How the page streams work; what is set here differs in tests alone.</summary>
internal sealed record PageStoreOptions
{
    /// <summary>Bytes by which the log grows.</summary>
    public long LogGrowth { get; init; } = 8L << 20;

    /// <summary>Of the log's frames.</summary>
    public PageSum FrameSum { get; init; } = PageSums.Of;
}
