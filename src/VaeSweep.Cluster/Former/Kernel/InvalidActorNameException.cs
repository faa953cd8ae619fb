namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A name for an actor is taken or not allowed.</summary>
public sealed class InvalidActorNameException(string message) : Exception(message);
