using VaeSweep.Sweeps;

namespace VaeSweep.Store;

// Documents never change: a change of the Ledger is another document of the same key. Instants are UTC ticks; 0 stands for "not
// yet".

/// <summary>What holds for a whole store.</summary>
/// <param name="Identity">Made once: 32 hex digits that tell this store from every other.</param>
/// <param name="Generation">Random; made anew when the store turns out to have been restored, copied or moved.</param>
/// <param name="Fence">No fence up to this one is given out again. Its upper half is the term.</param>
public sealed record MetaDocument(string Identity, long Generation, long Fence)
{
    /// <summary>Keys below these were given out: a deleted one is never another's.</summary>
    public long NextSweep { get; init; } = 1;
    public long NextTrial { get; init; } = 1;
    public long NextCheckpoint { get; init; } = 1;

    /// <summary>Grows with every start of a head.</summary>
    public uint Term => (uint)(Fence >>> 32);
}

/// <summary>A sweep and its owner's wishes.</summary>
public sealed record SweepDocument(long Key, string Name, string Definition, int MaxAttempts, long CreatedAt)
{
    public SweepState State { get; init; } = SweepState.Active;
    public int Priority { get; init; }
    public int? MaxConcurrent { get; init; }
    public string? Stack { get; init; }

    /// <summary>Why it stands as it stands, where nobody asked for it.</summary>
    public string? Reason { get; init; }

    /// <summary>Epochs that its new trials may run before their scheduler is asked; null without a scheduler: all.</summary>
    public int? Budget { get; init; }

    /// <summary>Trials that its search has still to propose.</summary>
    public long ToCome { get; init; }

    /// <summary>Trials that are still to be chosen, to confirm what its search finds.</summary>
    public long ToConfirm { get; init; }

    /// <summary>Its search was not asked since it was handed in.</summary>
    public bool IsUnsettled { get; init; }

    /// <summary>Words that people gave it, in ordinal order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What people wrote about it.</summary>
    public string? Note { get; init; }
}

/// <summary>One trial as it stands. Small: its configuration is its point's, its reports lie elsewhere.</summary>
/// <param name="Point">Its configuration without the seed: a <see cref="PointDocument"/>.</param>
/// <param name="Pack">A <see cref="PackDocument"/>.</param>
public sealed record TrialDocument(
    long Key, long Sweep, TrialFingerprint Fingerprint, long Index, long Seed, long Point, int Pack, int Epochs)
{
    public TrialState State { get; init; } = TrialState.Queued;
    public bool Wanted { get; init; } = true;

    /// <summary>Its owner asked for it to stop, by name.</summary>
    public bool StopRequested { get; init; }

    /// <summary>Which choice of a search's best it confirms, with a seed that the search has not seen; 0 for a trial of the
    /// search or grid itself.</summary>
    public int Round { get; init; }

    /// <summary>The trial that it goes on from, as a copy with other settings or with more epochs; 0 for none.</summary>
    public long Parent { get; init; }

    /// <summary>It differs from its <see cref="Parent"/> in that it has more epochs.</summary>
    public bool IsLonger { get; init; }

    /// <summary>Ordinal of its last attempt; 0 when it was never granted.</summary>
    public int Attempt { get; init; }

    /// <summary>Failed and lost attempts since the last new checkpoint.</summary>
    public int Failures { get; init; }
    public int Losses { get; init; }

    /// <summary>Last epoch that the last attempt has reported.</summary>
    public int AttemptEpoch { get; init; }

    /// <summary>Epochs 1 to this are stored.</summary>
    public int Unbroken { get; init; }

    /// <summary>Epochs that are stored beyond a gap, in order; null as good as always.</summary>
    public IReadOnlyList<int>? Beyond { get; init; }

    /// <summary>The sum over its stored epochs.</summary>
    public double Seconds { get; init; }

    /// <summary>Keys of checkpoints; 0 for none.</summary>
    public long LastCheckpoint { get; init; }
    public long BestCheckpoint { get; init; }

    /// <summary>Epochs that the last checkpoint covers; -1 without one.</summary>
    public int CheckpointEpoch { get; init; } = NoCheckpoint;
    public long StartedAt { get; init; }
    public long FinishedAt { get; init; }
    public FailureClass? FailureClass { get; init; }
    public string? Reason { get; init; }
    public string? ModelPath { get; init; }

    /// <summary>Files of its evaluations; null for none.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>Epochs that it may run before its scheduler is asked; null: all.</summary>
    public int? Budget { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }
    public string? Note { get; init; }

    /// <summary>Where its results come from; null when its sweep has trained it.</summary>
    public TrialSource? Source { get; init; }

    public const int NoCheckpoint = -1;

    public int EpochsDone => Unbroken + (Beyond?.Count ?? 0);
}

/// <summary>One dispatch of a trial to a worker.</summary>
/// <param name="Ordinal">1, 2, ...: shown to people.</param>
/// <param name="Fence">Never shared by two attempts, never shown.</param>
/// <param name="Worker">A <see cref="WorkerDocument"/>.</param>
public sealed record AttemptDocument(long Trial, int Ordinal, long Fence, long Worker, long StartedAt, int FromEpoch)
{
    /// <summary>Of the request that it was granted to; null once it has ended.</summary>
    public string? Token { get; init; }
    public long EndedAt { get; init; }
    public int ToEpoch { get; init; }

    /// <summary>The lower-case name of an <see cref="AttemptOutcome"/>, or "lost"; null while it runs.</summary>
    public string? Outcome { get; init; }
    public FailureClass? FailureClass { get; init; }
    public string? Reason { get; init; }
}

/// <summary>A checkpoint file that a trial needs, or that is to be deleted.</summary>
/// <param name="Trial">0 when its trial has been deleted.</param>
public sealed record CheckpointDocument(long Key, long Trial, int Attempt, int Epoch, string Path, bool Obsolete);

/// <summary>Who trains: said once for all attempts of one worker.</summary>
public sealed record WorkerDocument(long Key, string Worker, string Device, string? Node, string Provenance);

/// <summary>A pack key that many trials share.</summary>
public sealed record PackDocument(int Key, string Text);

/// <summary>A configuration without its seed.</summary>
/// <param name="Hash">Tells it from every other configuration.</param>
/// <param name="SeedAt">Where a trial's seed entry stands in its configuration; -1 when it has none.</param>
/// <param name="Base">The point that it is told against; its own key when <paramref name="Text"/> is whole.</param>
/// <param name="Text">The configuration, or as a JSON object its values where they are not the base's.</param>
public sealed record PointDocument(long Key, UInt128 Hash, int SeedAt, long Base, string Text);

/// <summary>A process that trains or has trained.</summary>
public sealed record NodeDocument(NodeInfo Info, long StartedAt, long SeenAt, long AliveUntil)
{
    /// <summary>Which life of the node this is; a later one has a larger number.</summary>
    public long Incarnation { get; init; }

    /// <summary>What the node told in this life is kept up to this number.</summary>
    public long Acknowledged { get; init; }
}

/// <summary>What began or ended with an epoch.</summary>
public sealed record EventDocument(long Trial, int Epoch, string Event, string Detail)
{
    /// <summary>Says what a search or scheduler did, not what came with the epoch's report. Of one name and epoch the last one
    /// stays; of all others the first.</summary>
    public bool IsOfSearch => Ledger.EventsOfSearch.Contains(Event);
}

/// <summary>One score of a finished trial; keyed by trial, metric and samples.</summary>
public sealed record EvaluationDocument(long Trial, Evaluation Evaluation);
