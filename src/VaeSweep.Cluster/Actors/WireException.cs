namespace VaeSweep.Cluster.Actors;

/// <summary>There is no way to the head now; the message says why, for a person.</summary>
internal sealed class WireException(string message, Exception? inner = null) : Exception(message, inner);
