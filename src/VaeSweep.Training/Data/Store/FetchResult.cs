namespace VaeSweep.Training.Data;

/// <summary>A data set that is complete and sound on this machine.</summary>
/// <param name="Files">Empty for built-in sets.</param>
/// <param name="Failures">Places that did not give what was asked, before another one did.</param>
public sealed record FetchResult(DatasetSource Source, IReadOnlyList<FetchedFile> Files, IReadOnlyList<FetchFailure> Failures)
{
    public bool WasThere => Files.All(file => file.Source is null);
}
