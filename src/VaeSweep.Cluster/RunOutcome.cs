namespace VaeSweep.Cluster;

/// <summary>How a node's work ended.</summary>
public enum RunOutcome
{
    /// <summary>Every wanted trial is closed.</summary>
    Done,

    /// <summary>The node was asked to leave, or the sweep's owner stopped it.</summary>
    Stopped,
}
