using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>How one trial stands, as a <see cref="StandingBlob"/> has it.</summary>
/// <param name="Body">A <see cref="TrialBody"/>.</param>
internal readonly record struct StandingRow(long Trial, TrialState State, byte[] Body)
{
    public static StandingRow Of(TrialDocument trial, AttemptDocument? last) =>
        new(trial.Key, trial.State, TrialBody.ToBytes(trial, last));
}
