namespace VaeSweep.Cluster.Protocol;

/// <summary>Rules that tests switch off, to see their breach found out.</summary>
internal sealed record ProtocolRules
{
    public static ProtocolRules All { get; } = new();

    /// <summary>What may have been lost is sent again.</summary>
    public bool Resends { get; init; } = true;

    /// <summary>Nodes of another history are refused.</summary>
    public bool Generations { get; init; } = true;

    /// <summary>Nothing is called durable, and no grant leaves, before it was committed.</summary>
    public bool Durability { get; init; } = true;

    /// <summary>What a node does not hold, and will not take any more, is granted elsewhere.</summary>
    public bool Orphans { get; init; } = true;

    /// <summary>Entries are taken by number: each once, none before the one before it.</summary>
    public bool Numbers { get; init; } = true;

    /// <summary>A head that was away itself gives every node a whole lease again.</summary>
    public bool LateHeads { get; init; } = true;
}
