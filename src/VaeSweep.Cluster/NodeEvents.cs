using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster;

/// <summary>Something that a person who watches a node may want to see. Not a record of the truth: that is the store.</summary>
public abstract record NodeEvent;

public enum DeviceState
{
    /// <summary>Its trainer is starting.</summary>
    Starting,
    Idle,
    Training,

    /// <summary>Bringing its trials to a checkpoint, to leave.</summary>
    Draining,

    /// <summary>Its trainer cannot be used; the detail says why.</summary>
    Failed,
    Stopped,
}

/// <param name="Detail">Why, where that is not plain.</param>
public sealed record DeviceChanged(string Device, DeviceState State, string? Detail = null) : NodeEvent;

/// <summary>This machine's trouble keeps a device from training: no room on the disk, data that are not there. It tries again by
/// itself.</summary>
public sealed record DeviceRests(string Device, string Reason, TimeSpan For) : NodeEvent;

/// <summary>A device that rested has brought a trial to its end.</summary>
public sealed record DeviceRecovered(string Device) : NodeEvent;

/// <param name="FromEpoch">Epochs that a checkpoint has already; 0 starts anew.</param>
/// <param name="ResumeNote">Set when a recorded checkpoint could not be used.</param>
public sealed record TrialStarted(
    string Device, string Sweep, long TrialKey, string TrialId, int Attempt, string ConfigJson, int Epochs, int FromEpoch,
    string? ResumeNote = null)
    : NodeEvent;

public sealed record EpochCompleted(string Device, string Sweep, long TrialKey, string TrialId, int Epochs, EpochReport Report)
    : NodeEvent;

/// <param name="Outcome">Null when the lease was lost: another worker has the trial, and nothing was written.</param>
public sealed record TrialEnded(
    string Device, string Sweep, long TrialKey, string TrialId, int Attempt, AttemptOutcome? Outcome, FailureClass? FailureClass,
    string? Reason,
    IReadOnlyList<Evaluation> Evaluations, TimeSpan Took) : NodeEvent;

/// <summary>How a sweep stands, about once a second while it changes.</summary>
public sealed record SweepProgress(SweepStatus Status) : NodeEvent;

/// <summary>No wanted trial of a sweep is open any more.</summary>
public sealed record SweepFinished(SweepStatus Status) : NodeEvent;

/// <summary>A sweep belongs to other software than this node's: none of its trials is trained here.</summary>
public sealed record SoftwareDiffers(string Sweep, string Theirs, string Ours) : NodeEvent;

/// <summary>The store, or the head that has it, does not answer. Training goes on; reports wait.</summary>
public sealed record StoreUnreachable(string Reason) : NodeEvent;

public sealed record StoreRecovered(TimeSpan Outage) : NodeEvent;

/// <summary>The node has left while the head was away: what its trials told last is lost, and they go on elsewhere from the last
/// checkpoint that the head knows.</summary>
/// <param name="Entries">That no head has confirmed: epochs, checkpoints, ends.</param>
public sealed record LeftUnconfirmed(int Entries) : NodeEvent;
