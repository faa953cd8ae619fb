namespace VaeSweep.Training.Data;

/// <summary>A file of a data set and its copies on this machine, in the order in which they are searched.</summary>
public sealed record FileStatus(DataFile File, IReadOnlyList<FileCopy> Copies)
{
    public DatasetState State => Used is not null ? DatasetState.Ready : Copies.Count > 0
        ? DatasetState.Damaged : DatasetState.Missing;

    /// <summary>The copy that is read, or null.</summary>
    public FileCopy? Used => Copies.FirstOrDefault(copy => copy.Fault is null);
}
