using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>A sweep as it is handed in.</summary>
/// <param name="Definition">The file's text, kept as it was.</param>
/// <param name="MaxAttempts">Failed attempts without a new checkpoint between them after which a trial is given up; released,
/// paused and stopped ones do not count, and lost ones have a limit of their own.</param>
public sealed record SweepSubmission(string Name, string Definition, int MaxAttempts = 3)
{
    /// <summary>Sweeps with a higher one are given out first.</summary>
    public int Priority { get; init; }

    /// <summary>Most of its trials that may run at once, on all nodes together; null for no limit.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Of a plan: trials that succeeded in other sweeps are to be taken over.</summary>
    public bool Reuse { get; init; }

    /// <summary>Its search proposes trials until there are so many: those that are handed in are the first ones, and what they
    /// leave out stays wanted. Null: all are handed in.</summary>
    public long? InTheEnd { get; init; }

    /// <summary>Epochs that new trials may run before their scheduler is asked; null without a scheduler: all.</summary>
    public int? Budget { get; init; }

    /// <summary>Trials that are to confirm what it finds; 0 where none do, and those that are there are no longer
    /// wanted.</summary>
    public long Confirming { get; init; }

    /// <summary>What becomes of its trials is decided while they run: somebody has to look at it.</summary>
    public bool IsSearch => InTheEnd is not null || Budget is not null || Confirming > 0;
}

/// <summary>What an owner changes of a stored sweep; null leaves a thing as it is.</summary>
public sealed record SweepAdjustment
{
    public int? Priority { get; init; }

    /// <summary>At least 1; see <see cref="NoLimit"/>.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Takes the limit of <see cref="MaxConcurrent"/> away.</summary>
    public bool NoLimit { get; init; }

    /// <summary>Lets workers of any <see cref="ClaimRequest.Stack"/> train it from now on.</summary>
    public bool AnyStack { get; init; }
}

/// <summary>The difference that a submit makes. Trials are counted once, however often the expansion names them.</summary>
/// <param name="Added">New, now queued.</param>
/// <param name="Kept">Already there.</param>
/// <param name="Unwanted">There and wanted until now, but no longer in the file.</param>
/// <param name="Succeeded">Of the kept ones, how many have succeeded.</param>
/// <param name="AddedSample">The first few added, for a person to look at.</param>
/// <param name="UnwantedSample">The first few no longer wanted, as they stood.</param>
public sealed record SubmitResult(
    long Added, long Kept, long Unwanted, long Succeeded, IReadOnlyList<Trial> AddedSample,
    IReadOnlyList<TrialStatus> UnwantedSample)
{
    /// <summary>How many each sample holds at most.</summary>
    public const int SampleSize = 10;

    /// <summary>Of the unwanted ones, how many have succeeded: no table counts them then.</summary>
    public long Retired { get; init; }

    /// <summary>Of a plan: of the retired ones, how many go on with more epochs.</summary>
    public long Lengthened { get; init; }

    /// <summary>Trials that the sweep's search will propose.</summary>
    public long ToCome { get; init; }

    /// <summary>Trials that will be chosen to confirm what it finds; in no other number.</summary>
    public long ToConfirm { get; init; }

    /// <summary>Trials that confirm now, as far as they stay wanted or not; in no other number.</summary>
    public long Confirming { get; init; }

    /// <summary>Of the kept ones, how many an earlier submit no longer wanted.</summary>
    public long WantedAgain { get; init; }

    /// <summary>Of the added ones, those that another sweep has trained.</summary>
    public ReuseResult Reused { get; init; } = ReuseResult.None;

    /// <summary>Of the added ones, those of which the sweep has trained the first epochs already.</summary>
    public IReadOnlyList<TrainedBefore> TrainedBefore { get; init; } = [];
}

/// <summary>New trials that a sweep has with fewer epochs.</summary>
/// <param name="Epochs">That were trained.</param>
/// <param name="Of">That they are to have.</param>
/// <param name="Why">They begin anew nevertheless, in words; null where they go on.</param>
public sealed record TrainedBefore(int Epochs, int Of, long Trials, string? Why);

/// <summary>A sweep and how many of its wanted trials stand where.</summary>
public sealed record SweepStatus(
    long Key, string Name, SweepState State, DateTimeOffset CreatedAt, string Definition,
    IReadOnlyDictionary<TrialState, long> Trials,
    long EpochsDone, long EpochsTotal)
{
    /// <summary>In <see cref="Stack"/>, when its owner lets workers of any software train it.</summary>
    public const string AnyStack = "any";

    public int Priority { get; init; }
    public int? MaxConcurrent { get; init; }

    /// <summary>Trials that succeeded and are no longer wanted; in no other number.</summary>
    public long Retired { get; init; }

    /// <summary>The software that its first claim was made with; null before that.</summary>
    public string? Stack { get; init; }

    /// <summary>Why it stands as it stands, where nobody asked for it.</summary>
    public string? Reason { get; init; }

    /// <summary>Words that people gave it, in ordinal order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What people wrote about it.</summary>
    public string? Note { get; init; }

    /// <summary>Trials that its search has still to propose, and to confirm.</summary>
    public long ToCome { get; init; }

    /// <summary>Its search was not asked since it was handed in, and may have more to do.</summary>
    public bool IsUnsettled { get; init; }

    public long Total => Trials.Values.Sum() + ToCome;
    public long Open => Count(TrialState.Queued) + Count(TrialState.Running) + Count(TrialState.Paused)
        + (State == SweepState.Stopped ? 0 : ToCome == 0 && IsUnsettled ? 1 : ToCome);
    public long Count(TrialState state) => Trials.GetValueOrDefault(state);
}

/// <summary>One trial as it stands.</summary>
public sealed record TrialStatus(
    long Key, string Sweep, string Id, string Fingerprint, long Seed, TrialState State, bool Wanted, int Attempts, string? Worker,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt, int EpochsDone, int Epochs, FailureClass? FailureClass, string? Reason, string ConfigJson,
    string? CheckpointPath, string? ModelPath)
{
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Note { get; init; }

    /// <summary>Where its results come from; null when its sweep has trained it.</summary>
    public TrialSource? Source { get; init; }
}

/// <summary>The fence: one attempt of one trial.</summary>
public readonly record struct AttemptKey(long TrialKey, int Attempt);

/// <param name="Worker">host, device and a random part for each start, so that no two workers ever share a name.</param>
/// <param name="Token">Made by the worker for this claim alone.</param>
/// <param name="MaxTrials">At least 1.</param>
/// <param name="Sweep">Only trials of this sweep; null for all.</param>
/// <param name="Provenance">One line of JSON; what the numbers depend on besides the configuration.</param>
/// <param name="Node">The <see cref="NodeInfo.Node"/> that the worker belongs to, so that the node's running trials can be
/// counted.</param>
public sealed record ClaimRequest(
    string Worker, string Device, string Token, int MaxTrials = 1, string? Sweep = null,
    string? Provenance = null, string? Node = null)
{
    /// <summary>What numbers depend on besides the configuration, such as "numerics 1, libtorch 2.10.0". The first claim fixes a
    /// sweep's; others' trials are not given to this worker. Null takes whatever there is.</summary>
    public string? Stack { get; init; }
}

/// <summary>A trial that is now the claimer's.</summary>
/// <param name="CheckpointPath">The last recorded checkpoint; null when there is none.</param>
/// <param name="CheckpointEpoch">Epochs that it covers.</param>
public sealed record Claim(
    AttemptKey Attempt, string Sweep, string TrialId, string ConfigJson, string PackKey, int Epochs, string? CheckpointPath,
    int CheckpointEpoch);

/// <summary>What the owner of a sweep asks of a running attempt.</summary>
public enum Directive
{
    Continue,

    /// <summary>Checkpoint and release as paused.</summary>
    Pause,

    /// <summary>Checkpoint and release as stopped.</summary>
    Stop,

    /// <summary>The lease has passed on: stop at once, write nothing.</summary>
    Lost,
}

/// <summary>Reports and checkpoints of any number of attempts, written together.</summary>
public sealed record ReportBatch(IReadOnlyList<AttemptEpoch> Epochs, IReadOnlyList<AttemptCheckpoint> Checkpoints);

public readonly record struct AttemptEpoch(AttemptKey Attempt, EpochReport Report);

public readonly record struct AttemptCheckpoint(AttemptKey Attempt, int Epoch, string Path, bool Best);

/// <summary>How an attempt ended. Stored as the lower-case name.</summary>
public enum AttemptOutcome
{
    Succeeded,
    Failed,

    /// <summary>Given back unfinished (Ctrl-C, drain): queued again, and not counted against the limit of attempts.</summary>
    Released,
    Paused,
    Stopped,
}

public sealed record AttemptEnd(AttemptOutcome Outcome)
{
    public FailureClass? FailureClass { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyList<Evaluation> Evaluations { get; init; } = [];
    public string? ModelPath { get; init; }

    /// <summary>Of a success with fewer epochs than were planned, for the <see cref="Reason"/>: how many it has. Null where it
    /// has all.</summary>
    public int? Epochs { get; init; }
}

public sealed record NodeInfo(string Node, string Host, IReadOnlyList<string> Devices, string Version, string? Provenance)
{
    /// <summary>How busy it is: one line of JSON.</summary>
    public string? Load { get; init; }

    /// <summary>What a person should know about it: that it leaves, or why it takes no work.</summary>
    public string? Note { get; init; }

    /// <summary>How the head is connected with it; null where there was no head.</summary>
    public NodeLink? Link { get; init; }

    /// <summary>HOST:PORT that its messages come from; null of a node in the head's own process.</summary>
    public string? Address { get; init; }
}

/// <summary>How a head is connected with a node.</summary>
public enum NodeLink
{
    /// <summary>It is in the head's own process.</summary>
    Local,

    /// <summary>It is a member of the head's cluster: each can connect to the other.</summary>
    Member,

    /// <summary>It connects to the head, which need not be able to connect to it.</summary>
    Outpost,
}

/// <param name="Attempt">The last one; 0 when the trial was never claimed.</param>
/// <param name="Paths">Checkpoints, whether still needed or not, and the model.</param>
public sealed record TrialFiles(long Key, string TrialId, TrialState State, int Attempt, IReadOnlyList<string> Paths);

/// <summary>A checkpoint that is kept.</summary>
/// <param name="Bytes">Of one that the store keeps itself; null of one on a disk.</param>
/// <param name="Expendable">Its trial is finished, and it is not the model.</param>
/// <param name="Rank">Which go first: 0 of trials that no sweep file wants any more, 1 of succeeded ones, 2 of failed and stopped
/// ones, which would start anew.</param>
public sealed record StoredCheckpoint(
    long Key, string Sweep, string TrialId, string Path, long? Bytes, bool Expendable, int Rank, DateTimeOffset? FinishedAt);

/// <summary>Names of what is set for a whole store.</summary>
public static class StoreSettings
{
    public const string Identity = "identity";

    /// <summary>Bytes that checkpoints may take.</summary>
    public const string CheckpointBudget = "checkpoint_budget";

    /// <summary>Bytes that they took when the leader last looked.</summary>
    public const string CheckpointBytes = "checkpoint_bytes";
}

public sealed record NodeStatus(NodeInfo Info, DateTimeOffset StartedAt, DateTimeOffset SeenAt, bool Alive, int RunningTrials);

/// <summary>Rows of a query; values are null, long, double, string, bool or byte[].</summary>
/// <param name="Truncated">More rows were there than are kept.</param>
public sealed record QueryResult(IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows, bool Truncated = false);

/// <summary>The store cannot be used; the message says where, why and what to do.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store does not answer now; later it may.</summary>
public sealed class StoreUnreachableException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>A newer program has changed the store's schema; waiting does not help.</summary>
public sealed class StoreOutdatedException(string message) : StoreException(message);

/// <summary>The SQL of a query was refused.</summary>
/// <param name="position">0-based offset into the SQL; null when the store does not tell.</param>
public sealed class StoreQueryException(string message, int? position, Exception? inner = null) : StoreException(message, inner)
{
    public int? Position { get; } = position;
}
