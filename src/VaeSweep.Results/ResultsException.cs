namespace VaeSweep.Results;

/// <summary>A question about results that cannot be answered as asked; the message says what is allowed.</summary>
public sealed class ResultsException(string message) : Exception(message);
