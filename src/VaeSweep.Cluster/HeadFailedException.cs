namespace VaeSweep.Cluster;

/// <summary>A head cannot go on; the message says why. Its nodes train on and wait for the next one.</summary>
public sealed class HeadFailedException(string message, Exception? cause = null) : Exception(message, cause);
