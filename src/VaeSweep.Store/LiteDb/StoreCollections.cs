namespace VaeSweep.Store.LiteDb;

/// <summary>The collections of a store; keys are int64 unless it says otherwise.</summary>
public static class StoreCollections
{
    /// <summary>What is said of the store itself, by name.</summary>
    public const string Meta = "meta";

    public const string Sweeps = "sweeps";

    /// <summary>Small documents: how trials stand.</summary>
    public const string Trials = "trials";

    public const string Configs = "configs";
    public const string Attempts = "attempts";
    public const string Evaluations = "evaluations";
    public const string Events = "events";

    /// <summary>By name.</summary>
    public const string Nodes = "nodes";

    /// <summary>Blobs of epoch reports; see <see cref="Segments"/>.</summary>
    public const string Segments = "segments";

    /// <summary>Blobs of finished trials' scores; see <see cref="ColumnBlock"/>.</summary>
    public const string Columns = "columns";

    /// <summary>What changed at which number.</summary>
    public const string Changes = "changes";

    public static IReadOnlyList<string> All { get; } =
        [Meta, Sweeps, Trials, Configs, Attempts, Evaluations, Events, Nodes, Segments, Columns, Changes];
}
