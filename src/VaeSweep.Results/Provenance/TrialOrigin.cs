using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>One trial behind a number, and where it was made.</summary>
/// <param name="Value">Of the metric asked for; NaN when it has none.</param>
/// <param name="Samples">Importance samples of the value; null where that has no meaning.</param>
/// <param name="Attempts">In their order.</param>
public sealed record TrialOrigin(
    long Point, string Trial, string Fingerprint, long Seed, TrialState State, double Value, long? Samples, string? Reason, string? ModelPath,
    IReadOnlyList<AttemptOrigin> Attempts);

/// <summary>One attempt at a trial.</summary>
/// <param name="Outcome">Null while it runs.</param>
/// <param name="Provenance">JSON: versions, processor, kernels; null when none was given.</param>
public sealed record AttemptOrigin(
    long Attempt, string Worker, string Device, string StartedAt, string? EndedAt, long FromEpoch, long? ToEpoch, string? Outcome, string? Provenance);
