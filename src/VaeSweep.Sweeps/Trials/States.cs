namespace VaeSweep.Sweeps;

/// <summary>Where a trial stands. Stored as the lower-case name.</summary>
public enum TrialState
{
    Queued,
    Running,
    Paused,
    Succeeded,
    Failed,
    Stopped,
}

/// <summary>What a sweep's owner asked for. Stored as the lower-case name.</summary>
public enum SweepState
{
    /// <summary>Its queued trials may be claimed.</summary>
    Active,

    /// <summary>Running trials checkpoint and give their lease back; nothing is claimed.</summary>
    Paused,

    /// <summary>As paused, and its open trials are closed as stopped.</summary>
    Stopped,
}

/// <summary>Why an attempt failed; each class has its own policy. Stored as the lower-case name.</summary>
public enum FailureClass
{
    /// <summary>The trainer process ended by itself or by a signal.</summary>
    Crash,

    /// <summary>Out of memory, on the device or on the host.</summary>
    Oom,

    /// <summary>The bound became NaN or infinite. Deterministic, so not retried.</summary>
    Nan,

    /// <summary>The lease ran out: worker or node is gone.</summary>
    Lost,

    /// <summary>The configuration or the data cannot be used; a retry would fail alike.</summary>
    Error,

    /// <summary>The node could not write a checkpoint: its disk is full, or gone. No fault of the trial's.</summary>
    Disk,
}
