namespace VaeSweep.Store;

/// <summary>Where a trial's results come from that its own sweep has not trained.</summary>
/// <param name="Name">The sweep that they were taken over from, as it was called then; of imported ones, the file.</param>
/// <param name="Trial">The trial that was trained and has the files; 0 of imported ones.</param>
public sealed record TrialSource(string Name, long Trial)
{
    public bool IsImported => Trial == 0;
}
