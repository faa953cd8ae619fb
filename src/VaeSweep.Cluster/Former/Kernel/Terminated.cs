namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A watched actor has ended.</summary>
public sealed record Terminated(IActorRef ActorRef);
