namespace VaeSweep.Cluster.Protocol;

/// <summary>Bytes are no message of this protocol; the message says what was expected where.</summary>
public sealed class ProtocolException(string message, Exception? inner = null) : Exception(message, inner);
