using VaeSweep.Sweeps;

namespace VaeSweep.Training.Warmups;

/// <summary>M cycles within N epochs: each rises from 0 to 1 in its first part R and stays there for the rest; after N epochs,
/// 1.</summary>
/// <remarks>Fu et al. 2019, "Cyclical annealing schedule", equations 6 and 7, with epochs for iterations.</remarks>
internal static class CyclicWarmup
{
    public static double Share(ObjectiveConfig objective, int epoch)
    {
        if (epoch > objective.WarmupEpochs)
            return 1;

        // Whole numbers until the last division, so that no cycle begins an epoch early through rounding.
        var place = (long)(epoch - 1) * objective.WarmupCycles % objective.WarmupEpochs / (double)objective.WarmupEpochs;
        return Math.Min(1.0, place / objective.WarmupRatio);
    }
}
