namespace VaeSweep.Training;

/// <summary>A checkpoint cannot be continued from; the message says which file and why.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : IOException(message, inner);
