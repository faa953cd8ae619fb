namespace VaeSweep.Store;

/// <summary>What trials of one sweep must have in common to train in one program: their shapes, and where they begin and
/// end.</summary>
internal readonly record struct PackGroup(int Pack, int CheckpointEpoch, int Budget)
{
    public static PackGroup Of(TrialDocument trial) => new(trial.Pack, trial.CheckpointEpoch, trial.Budget ?? int.MaxValue);
}
