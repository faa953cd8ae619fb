using VaeSweep.Sweeps;

namespace VaeSweep.Training.Alarms;

/// <summary>One named state of a trial.</summary>
/// <param name="Name">Of the event that tells its beginning.</param>
/// <param name="Mode">off, warn or stop.</param>
/// <param name="Holds">Whether an epoch is in that state; null where the epoch was not measured in what it takes.</param>
/// <param name="Describe">For a person, of an epoch that is in it.</param>
internal sealed record Alarm(
    string Name, Func<AlarmConfig, string> Mode, Func<AlarmedEpoch, bool?> Holds, Func<AlarmedEpoch, string> Describe);

/// <summary>What alarms look at.</summary>
/// <param name="Progress">With the best validation bound brought up to this epoch.</param>
/// <param name="Units">Latent units of all layers.</param>
internal sealed record AlarmedEpoch(TrialConfig Config, TrialProgress Progress, EpochReport Report, int Units)
{
    public AlarmConfig Settings => Config.Train.Alarms;

    /// <summary>The KL term does not have its whole weight yet.</summary>
    public bool WarmsUp => Report.Epoch <= Config.Objective.WarmupEpochs;
}

/// <summary>Every alarm. A new one is a file here and a line below.</summary>
internal static class AlarmKinds
{
    public static IReadOnlyList<Alarm> All { get; } = [PosteriorCollapse.Alarm, InformationOverload.Alarm];
}
