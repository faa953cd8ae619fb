using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>One trial behind a number, and where it was made.</summary>
/// <param name="Value">Of the metric asked for; NaN when it has none.</param>
/// <param name="Samples">Importance samples of the value; null where that has no meaning.</param>
/// <param name="Attempts">In their order.</param>
public sealed record TrialOrigin(
    long Point, string Trial, string Fingerprint, long Seed, TrialState State, double Value, int? Samples, string? Reason,
    string? ModelPath,
    IReadOnlyList<AttemptRecord> Attempts)
{
    /// <summary>It confirms what a search has found.</summary>
    public bool Confirms { get; init; }

    /// <summary>The sweep that its results were taken over from; null when its own has trained it.</summary>
    public string? TakenFrom { get; init; }

    /// <summary>The file that its results were imported from; null when they were trained here.</summary>
    public string? ImportedFrom { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Note { get; init; }
}
