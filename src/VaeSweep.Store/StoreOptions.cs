namespace VaeSweep.Store;

/// <summary>How a store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary>Rows that <see cref="IStore.QueryAsync"/> keeps; the result says when there were more. Default: one
    /// million.</summary>
    public int MaxQueryRows { get; init; } = 1_000_000;

    /// <summary>What one query may use.</summary>
    public QueryLimits Query { get; init; } = new();

    /// <summary>Where the store's checkpoints and models are looked for first, wherever they were when it was told of them; null:
    /// where it was told.</summary>
    public string? ArtifactsFolder { get; init; }

    /// <summary>Nothing is changed: many may read a store at once while nobody writes to it.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Is told why writes wait, such as a full disk, and with null that they go on.</summary>
    public Action<StoreException?>? OnTrouble { get; init; }
}
