namespace VaeSweep.Training.Data;

/// <summary>A file that was read, checked and, where needed, uncompressed.</summary>
/// <param name="Path">Where it was read from, for messages.</param>
public sealed record DataContent(string Path, byte[] Bytes);
