namespace VaeSweep.Training.Data;

/// <summary>A data set of the catalog and what of it is on this machine.</summary>
/// <param name="Files">The files of the form that would be read; empty for built-in sets.</param>
public sealed record DatasetStatus(DatasetSource Source, DatasetState State, IReadOnlyList<FileStatus> Files)
{
    /// <summary>Bytes on disk of the copies that are read.</summary>
    public long Bytes => Files.Sum(file => file.Used?.Bytes ?? 0);

    /// <summary>The folder of the first copy that is read, or null.</summary>
    public string? Folder => Files.Select(file => file.Used).FirstOrDefault(copy => copy is not null) is { } used
        ? Path.GetDirectoryName(used.Path) : null;
}
