namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor was sent <see cref="Kill"/>.</summary>
public sealed class ActorKilledException(string message) : Exception(message);
