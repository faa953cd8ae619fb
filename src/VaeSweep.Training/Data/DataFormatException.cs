namespace VaeSweep.Training.Data;

/// <summary>A data file is not what its format or its catalog entry says: damaged, cut short or another file.</summary>
public sealed class DataFormatException(string path, long offset, string expected, string found, Exception? innerException = null)
    : DatasetException($"{path}: at byte {offset}: expected {expected}, found {found}.", innerException)
{
    public string Path { get; } = path;

    /// <summary>Where the fault was seen, in bytes of the uncompressed content.</summary>
    public long Offset { get; } = offset;

    public string Expected { get; } = expected;

    public string Found { get; } = found;
}
