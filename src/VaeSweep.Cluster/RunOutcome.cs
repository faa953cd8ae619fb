namespace VaeSweep.Cluster;

/// <summary>How a node's work ended.</summary>
public enum RunOutcome
{
    /// <summary>Every wanted trial is closed.</summary>
    Done,

    /// <summary>The node was asked to leave, or the one sweep it works on was paused or stopped.</summary>
    Stopped,
}
