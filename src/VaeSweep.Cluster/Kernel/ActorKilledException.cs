namespace VaeSweep.Cluster.Kernel;

/// <summary>An actor was sent <see cref="Kill"/>.</summary>
public sealed class ActorKilledException(string message) : Exception(message);
