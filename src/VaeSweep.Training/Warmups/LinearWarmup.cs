using VaeSweep.Sweeps;

namespace VaeSweep.Training.Warmups;

/// <summary>min(1, (e-1)/N): nothing in the first epoch, all of it from epoch N + 1 on.</summary>
/// <remarks>Bettencourt and Craddock, equation 4, and Sønderby et al. 2016, equation 20, with the start of the ladder VAE's
/// code.</remarks>
internal static class LinearWarmup
{
    public static double Share(ObjectiveConfig objective, int epoch) =>
        Math.Min(1.0, (epoch - 1) / (double)objective.WarmupEpochs);
}
