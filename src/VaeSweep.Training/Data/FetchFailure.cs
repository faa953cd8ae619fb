namespace VaeSweep.Training.Data;

/// <summary>One place that did not give a file.</summary>
/// <param name="Source">A path, an address or a package command.</param>
/// <param name="Reason">One line for a person.</param>
public sealed record FetchFailure(string Source, string Reason);
