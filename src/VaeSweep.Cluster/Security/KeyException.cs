namespace VaeSweep.Cluster.Security;

/// <summary>A key cannot be used; the message says which file, why, and what to do.</summary>
public sealed class KeyException(string message, Exception? inner = null) : Exception(message, inner);
