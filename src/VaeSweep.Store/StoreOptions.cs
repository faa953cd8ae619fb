namespace VaeSweep.Store;

/// <summary>How a store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary>Rows that <see cref="IStore.QueryAsync"/> keeps; the result says when there were more. Default: one million.</summary>
    public int MaxQueryRows { get; init; } = 1_000_000;

    /// <summary>Connections that read at the same time. Default: 4.</summary>
    public int Readers { get; init; } = 4;
}
