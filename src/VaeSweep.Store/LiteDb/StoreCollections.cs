namespace VaeSweep.Store.LiteDb;

/// <summary>The collections of a store; keys are int64 unless it says otherwise.</summary>
public static class StoreCollections
{
    /// <summary>What is said of the store itself, by name.</summary>
    public const string Meta = "meta";

    /// <summary>By name.</summary>
    public const string Settings = "settings";

    public const string Sweeps = "sweeps";

    /// <summary>Of stores of format 1: how trials stand, each with its last attempt.</summary>
    public const string Trials = "trials";

    /// <summary>Blobs of trials as they stand, by a running number; see <see cref="StandingBlob"/>.</summary>
    public const string Standing = "standing";

    /// <summary>Blobs of trials as they were submitted; what <see cref="Standing"/> has of them counts. See
    /// <see cref="TrialBlob"/>.</summary>
    public const string Submitted = "submitted";

    /// <summary>Blobs of configurations without their seeds, mostly told against another; see <see cref="PointBlob"/>.</summary>
    public const string Configs = "configs";

    /// <summary>Texts that trials of the same shapes share.</summary>
    public const string Packs = "packs";

    /// <summary>Attempts that others followed. Keys are those of <see cref="TrialKeys"/>: trial and ordinal.</summary>
    public const string Attempts = "attempts";

    public const string Workers = "workers";
    public const string Checkpoints = "checkpoints";

    /// <summary>By trial and attempt: all scores that an attempt's end brought.</summary>
    public const string Evaluations = "evaluations";

    /// <summary>By trial and epoch: all that came with an epoch.</summary>
    public const string Events = "events";

    /// <summary>By name.</summary>
    public const string Nodes = "nodes";

    /// <summary>Blobs of epoch reports, by trial and first epoch; see <see cref="LiteDb.Segments"/>.</summary>
    public const string Segments = "segments";

    /// <summary>Blobs of finished trials' scores; see <see cref="ColumnBlock"/>.</summary>
    public const string Columns = "columns";

    public static IReadOnlyList<string> All { get; } =
    [
        Meta, Settings, Sweeps, Trials, Standing, Submitted, Configs, Packs, Attempts, Workers, Checkpoints, Evaluations, Events,
        Nodes, Segments, Columns,
    ];
}
