namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor did not handle the end of one it watched.</summary>
public sealed class DeathPactException(string message) : Exception(message);
