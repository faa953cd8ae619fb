namespace VaeSweep.Training;

/// <summary>What came over a trainer's stream is not a frame, or not a whole one.</summary>
public sealed class FrameException(string message, Exception? inner = null) : IOException(message, inner);
