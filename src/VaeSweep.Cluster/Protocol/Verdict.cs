namespace VaeSweep.Cluster.Protocol;

/// <summary>What a refusal means to a node.</summary>
public enum Verdict
{
    /// <summary>The gateway sees to it.</summary>
    GoOn,

    /// <summary>All attempts are lost: trainers stop, and the node goes on with nothing.</summary>
    AllLost,

    /// <summary>It may not serve here: it drains and leaves, and tells a person why.</summary>
    Leave,
}
