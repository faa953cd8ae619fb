using Microsoft.Extensions.Logging;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster;

/// <summary>Everything this project logs. Event ids: 200 the node, 300 workers, 400 aggregator, 500 coordinator, 600 the command
/// channel.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "Node {NodeId} leaves: {Outcome}")]
    public static partial void NodeLeaves(ILogger logger, string nodeId, RunOutcome outcome);

    [LoggerMessage(201, LogLevel.Error, "Node {NodeId} failed: {Reason}")]
    public static partial void NodeFailed(ILogger logger, string nodeId, string reason);

    [LoggerMessage(202, LogLevel.Warning, "{Store} cannot be reached; training goes on and reports wait: {Reason}")]
    public static partial void StoreUnreachable(ILogger logger, string store, string reason);

    [LoggerMessage(203, LogLevel.Information, "{Store} is back after {OutageSeconds:0.0} s")]
    public static partial void StoreRecovered(ILogger logger, string store, double outageSeconds);

    [LoggerMessage(204, LogLevel.Warning, "Sweep {SweepId} is trained with {Theirs}; this node has {Ours} and takes none of "
        + "its trials")]
    public static partial void SoftwareDiffers(ILogger logger, string sweepId, string theirs, string ours);

    [LoggerMessage(205, LogLevel.Error, "The worker of {Device} of node {NodeId} failed; the device is given up")]
    public static partial void WorkerFailed(ILogger logger, string device, string nodeId, Exception? cause);

    [LoggerMessage(206, LogLevel.Warning, "Node {NodeId} has left, and no head has confirmed {Entries} entries of its trials")]
    public static partial void LeftUnconfirmed(ILogger logger, string nodeId, int entries);

    [LoggerMessage(207, LogLevel.Debug, "The head did not say how sweeps stand; it is asked again: {Reason}")]
    public static partial void SurveyFailed(ILogger logger, string reason);

    [LoggerMessage(300, LogLevel.Debug, "{SweepId} {TrialId} attempt {Attempt}: claimed by {WorkerId}")]
    public static partial void Claimed(ILogger logger, string sweepId, string trialId, int attempt, string workerId);

    [LoggerMessage(301, LogLevel.Information, "{SweepId} {TrialId} attempt {Attempt}: {WorkerId} starts after epoch {FromEpoch}")]
    public static partial void TrialStarted(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, int fromEpoch);

    [LoggerMessage(302, LogLevel.Information, "{SweepId} {TrialId} attempt {Attempt}: {Outcome} on {WorkerId} after "
        + "{Seconds:0.0} s")]
    public static partial void TrialEnded(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, AttemptOutcome outcome, double seconds);

    [LoggerMessage(303, LogLevel.Warning, "{SweepId} {TrialId} attempt {Attempt}: failed on {WorkerId} ({FailureClass}): "
        + "{Reason}")]
    public static partial void TrialFailed(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, FailureClass? failureClass, string? reason);

    [LoggerMessage(304, LogLevel.Warning, "{SweepId} {TrialId} attempt {Attempt}: {WorkerId} lost its lease; training stopped at "
        + "epoch {Epoch}")]
    public static partial void AttemptLost(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, int epoch);

    [LoggerMessage(305, LogLevel.Warning, "{SweepId} {TrialId} attempt {Attempt} on {WorkerId}: {Note}")]
    public static partial void CheckpointMissing(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, string note);

    [LoggerMessage(306, LogLevel.Warning, "{SweepId} {TrialId} attempt {Attempt}: {WorkerId} tries it alone, for the trainer of "
        + "its pack of {PackSize} crashed")]
    public static partial void Unpacked(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, int packSize);

    [LoggerMessage(307, LogLevel.Warning, "{SweepId} {TrialId} attempt {Attempt}: {WorkerId} cannot train it ({Reason}); it is "
        + "given back, and the device rests {Seconds:0} s")]
    public static partial void MachineTrouble(
        ILogger logger, string sweepId, string trialId, int attempt, string workerId, string? reason, double seconds);

    [LoggerMessage(310, LogLevel.Debug, "Trainer of {Device} is ready for {WorkerId}: {Provenance}")]
    public static partial void TrainerReady(ILogger logger, string device, string workerId, string provenance);

    [LoggerMessage(311, LogLevel.Warning, "Trainer of {Device} for {WorkerId} did not start (try {Tries}): {Reason}")]
    public static partial void TrainerNotStarted(ILogger logger, string device, string workerId, int tries, string reason);

    [LoggerMessage(312, LogLevel.Warning, "Trainer of {Device} for {WorkerId} crashed ({Crashes} in a row): {Reason}")]
    public static partial void TrainerCrashed(ILogger logger, string device, string workerId, int crashes, string reason);

    [LoggerMessage(313, LogLevel.Warning, "Trainer of {Device} for {WorkerId} did not stop within {Seconds:0} s and is killed")]
    public static partial void TrainerHangs(ILogger logger, string device, string workerId, double seconds);

    [LoggerMessage(320, LogLevel.Warning, "Trial {TrialKey} attempt {Attempt}: no renewal for {Seconds:0} s; its lease is not "
        + "trusted any more")]
    public static partial void LeaseNotTrusted(ILogger logger, long trialKey, int attempt, double seconds);

    [LoggerMessage(509, LogLevel.Error, "Node {NodeId} leaves: {Reason}")]
    public static partial void Outdated(ILogger logger, string nodeId, string reason);

    [LoggerMessage(506, LogLevel.Information, "Checkpoints took {Before} bytes of a budget of {Budget}: {Forgotten} of finished "
        + "trials are given up")]
    public static partial void CheckpointsForgotten(ILogger logger, long before, long budget, int forgotten);

    [LoggerMessage(507, LogLevel.Warning, "Checkpoints take {Bytes} bytes, more than the budget of {Budget}: all that are left "
        + "are needed")]
    public static partial void BudgetExceeded(ILogger logger, long bytes, long budget);

    [LoggerMessage(500, LogLevel.Debug, "{NodeId} leads, term {Term}")]
    public static partial void Leading(ILogger logger, string nodeId, long term);

    [LoggerMessage(501, LogLevel.Warning, "Trial {TrialKey} attempt {Attempt}: its lease ran out; taken back")]
    public static partial void AttemptExpired(ILogger logger, long trialKey, int attempt);

    [LoggerMessage(502, LogLevel.Warning, "Node {NodeId} on this machine has ended without a word; trials that it had: "
        + "{Attempts}, queued again")]
    public static partial void NodeEvicted(ILogger logger, string nodeId, int attempts);

    [LoggerMessage(503, LogLevel.Debug, "{Deleted} of {Obsolete} obsolete checkpoints deleted")]
    public static partial void CheckpointsPruned(ILogger logger, int deleted, int obsolete);

    [LoggerMessage(510, LogLevel.Debug, "{Files} files that nobody needs any more are gone from the store")]
    public static partial void FilesDropped(ILogger logger, int files);

    [LoggerMessage(505, LogLevel.Information, "Sweep {SweepId}: {Files} files of killed attempts deleted")]
    public static partial void LeftoversDeleted(ILogger logger, string sweepId, int files);

    [LoggerMessage(504, LogLevel.Information, "Sweep {SweepId} is finished: {Succeeded} succeeded, {Failed} failed")]
    public static partial void SweepFinished(ILogger logger, string sweepId, long succeeded, long failed);

    [LoggerMessage(600, LogLevel.Warning, "{Count} frames that make no sense have come over the command channel so far; they "
        + "were dropped")]
    public static partial void ForeignFrames(ILogger logger, long count);
}
