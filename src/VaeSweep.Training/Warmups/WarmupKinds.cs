using VaeSweep.Models;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Warmups;

/// <summary>How the weight of the KL term grows over the first epochs. A new form is a file here and a line below.</summary>
public static class WarmupKinds
{
    /// <summary>From a trial's settings, with at least one warm-up epoch, and an epoch, counted from 1, to the share of
    /// objective.beta that weighs the KL term.</summary>
    public static Registry<Func<ObjectiveConfig, int, double>> Registry { get; } =
        new("warm-up", new Dictionary<string, Func<ObjectiveConfig, int, double>>
    {
        ["linear"] = LinearWarmup.Share,
        ["vampprior"] = VampPriorWarmup.Share,
        ["cyclic"] = CyclicWarmup.Share,
    });

    /// <summary>beta of an epoch.</summary>
    /// <param name="epoch">From 1.</param>
    public static double Beta(ObjectiveConfig objective, int epoch)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.WarmupEpochs > 0 ? objective.Beta * Registry[objective.Warmup](objective, epoch) : objective.Beta;
    }
}
