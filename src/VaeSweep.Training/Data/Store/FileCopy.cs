namespace VaeSweep.Training.Data;

/// <summary>A copy of a data file on this machine.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Fault">Why it cannot be used; null for a sound copy.</param>
public sealed record FileCopy(string Path, long Bytes, string? Fault);
