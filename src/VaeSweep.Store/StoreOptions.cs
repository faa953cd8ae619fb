namespace VaeSweep.Store;

/// <summary>How a store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary>Rows that <see cref="IStore.QueryAsync"/> keeps; the result says when there were more. Default: one million.</summary>
    public int MaxQueryRows { get; init; } = 1_000_000;

    /// <summary>What one query may use, of a LiteDB store.</summary>
    public QueryLimits Query { get; init; } = new();

    /// <summary>Change the schema even while nodes are at work that know only the present one. They notice, bring their trials to a checkpoint and leave.</summary>
    public bool MigrateUnderNodes { get; init; }

    /// <summary>Nothing is changed: many may read a LiteDB store at once while nobody writes to it. Other stores do not ask.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Is told why writes wait, such as a full disk, and with null that they go on; of LiteDB stores.</summary>
    public Action<StoreException?>? OnTrouble { get; init; }

    /// <summary>Connections that read at the same time. Default: 4.</summary>
    public int Readers { get; init; } = 4;
}
