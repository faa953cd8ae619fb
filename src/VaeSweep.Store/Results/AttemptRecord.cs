using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>One claim of a trial by a worker.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Device">cpu:0, cuda:1, ...</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="FromEpoch">Epochs covered by the checkpoint it began with; 0 without one.</param>
/// <param name="ToEpoch">The last epoch that it has reported; null where it has none.</param>
/// <param name="Outcome">succeeded, failed, released, paused, stopped or lost; null while it runs.</param>
/// <param name="Provenance">JSON: versions, processor, kernels; null when none was given.</param>
public sealed record AttemptRecord(
    string Sweep, string Trial, int Attempt, string Worker, string Device, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    int FromEpoch, int? ToEpoch, string? Outcome,
    string? Reason, FailureClass? FailureClass, string? Provenance)
{
    /// <summary><see cref="Outcome"/> of an attempt whose trial succeeded by it.</summary>
    public const string Succeeded = "succeeded";
}
