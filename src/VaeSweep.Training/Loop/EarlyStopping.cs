using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Ends training when the validation bound has not risen for long.</summary>
/// <remarks>As the code of Tomczak and Welling 2018: the bound is the one at beta = 1, epochs count from the best so far but not
/// while the warm-up lasts (epoch below N), and more than the allowed number of them ends the training.</remarks>
internal static class EarlyStopping
{
    /// <param name="epoch">The one that was completed, from 1.</param>
    /// <param name="validElbo">Its validation bound; NaN where none was measured.</param>
    /// <param name="trainRecon">Its reconstruction term on the training images.</param>
    /// <returns>The progress with the best epoch and the count brought up to date, and whether this epoch is the best so
    /// far.</returns>
    public static (TrialProgress Progress, bool Best) After(
        TrialConfig config, TrialProgress progress, int epoch, double validElbo, double trainRecon = double.NaN)
    {
        var best = validElbo > progress.BestValidElbo || (double.IsNaN(progress.BestValidElbo) && !double.IsNaN(validElbo));
        var waited = best || epoch < config.Objective.WarmupEpochs ? 0 : progress.EpochsSinceBest + 1;
        var after = progress with
        {
            BestValidElbo = best ? validElbo : progress.BestValidElbo,
            BestEpoch = best ? epoch : progress.BestEpoch,
            EpochsSinceBest = waited,
            ReconAtBest = best ? trainRecon : progress.ReconAtBest,
        };
        return (config.Train.EarlyStopping > 0 && waited > config.Train.EarlyStopping
            ? after with { StopReason = $"the validation bound was best at epoch {after.BestEpoch}, whose model is kept" }
            : after, best);
    }
}
