namespace VaeSweep.Store;

/// <summary>A trial that is now a worker's, without its configuration, which <see cref="Point"/> and <see cref="Seed"/>
/// name.</summary>
/// <param name="Ordinal">The attempt, as people see it.</param>
/// <param name="Epochs">Of the complete trial: what its schedules are made for.</param>
/// <param name="Budget">Epochs that it may run now: at most <paramref name="Epochs"/>.</param>
/// <param name="CheckpointPath">The last recorded checkpoint; null when there is none.</param>
public sealed record Granted(
    AttemptFence Attempt, int Ordinal, string Sweep, string TrialId, long Point, long Seed, string PackKey, int Epochs,
    int Budget, string? CheckpointPath,
    int CheckpointEpoch);

/// <summary>A checkpoint that an attempt has written.</summary>
/// <param name="Epoch">Epochs that it covers.</param>
public readonly record struct EpochCheckpoint(int Epoch, string Path, bool Best);
