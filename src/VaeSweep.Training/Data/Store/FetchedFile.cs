namespace VaeSweep.Training.Data;

/// <summary>A file that is now on this machine.</summary>
/// <param name="Source">Where it came from: an address or package command; null when it was there already.</param>
public sealed record FetchedFile(string Name, string Path, string? Source);
