using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>The weight of the KL term over the epochs.</summary>
public static class Warmup
{
    /// <summary>beta * min(1, (e-1) / N_T): nothing in the first epoch, all of it from epoch N_T + 1 on.</summary>
    /// <param name="epoch">From 1.</param>
    /// <remarks>Bettencourt and Craddock, equation 4, with the start of the ladder VAE's code; vae_vampprior's e / N_T is one epoch ahead.</remarks>
    public static double Beta(ObjectiveConfig objective, int epoch)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var part = objective.WarmupEpochs > 0 ? Math.Min(1.0, (epoch - 1) / (double)objective.WarmupEpochs) : 1.0;
        return objective.Beta * part;
    }
}
