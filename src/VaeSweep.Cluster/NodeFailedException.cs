namespace VaeSweep.Cluster;

/// <summary>A node cannot go on; the message says why. What its workers held goes to others when the leases have run
/// out.</summary>
public sealed class NodeFailedException(string message, Exception? cause = null) : Exception(message, cause);
