using VaeSweep.Sweeps;

namespace VaeSweep.Training.Warmups;

/// <summary>min(1, e/N): a first share in the first epoch, all of it from epoch N on.</summary>
/// <remarks>The code of Tomczak and Welling 2018.</remarks>
internal static class VampPriorWarmup
{
    public static double Share(ObjectiveConfig objective, int epoch) => Math.Min(1.0, epoch / (double)objective.WarmupEpochs);
}
