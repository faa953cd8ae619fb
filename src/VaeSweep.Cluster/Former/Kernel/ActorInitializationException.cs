namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor's constructor or its PreStart threw.</summary>
public sealed class ActorInitializationException(string message, Exception? cause = null) : Exception(message, cause);
