namespace VaeSweep.Training.Data;

/// <summary>How far the fetching of a file is.</summary>
/// <param name="Source">The address or package command that is being tried.</param>
/// <param name="Bytes">Received so far.</param>
/// <param name="Total">What the source says it will send; null when it does not say.</param>
public sealed record DataProgress(string Dataset, string File, string Source, long Bytes, long? Total);
