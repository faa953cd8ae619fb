namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A question got no answer in time.</summary>
public sealed class AskTimeoutException(string message) : TimeoutException(message);
