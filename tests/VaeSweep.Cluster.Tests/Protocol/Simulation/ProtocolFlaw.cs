namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A rule that the protocol breaks, so that a test sees its breach found out.</summary>
public enum ProtocolFlaw
{
    None,
    Fences,
    Generations,
    Resends,
    Durability,
    Orphans,
    Numbers,
}
