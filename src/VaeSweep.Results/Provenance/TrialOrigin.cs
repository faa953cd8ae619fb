using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>One trial behind a number, and where it was made.</summary>
/// <param name="Value">Of the metric asked for; NaN when it has none.</param>
/// <param name="Samples">Importance samples of the value; null where that has no meaning.</param>
/// <param name="Attempts">In their order.</param>
public sealed record TrialOrigin(
    long Point, string Trial, string Fingerprint, long Seed, TrialState State, double Value, int? Samples, string? Reason,
    string? ModelPath,
    IReadOnlyList<AttemptRecord> Attempts);
