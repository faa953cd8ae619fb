using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Reads what finished trials scored.</summary>
public static class MetricReader
{
    /// <returns>By the trial's id, over its succeeded trials; those without the metric are absent. Of several numbers of samples
    /// the largest counts.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(
        IResults results, SweepTrials trials, Metric metric, CancellationToken cancellationToken)
    {
        var scores = (await results.ScoresAsync(trials.Sweep, [metric], null, cancellationToken)).Metrics[0].ByTrial();
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var trial in trials.Trials.Where(t => t.State == TrialState.Succeeded))
        {
            if (scores.TryGetValue((trial.Point, trial.Seed), out var score)
                && (score.Samples != ScoreColumn.NoEvaluation || double.IsFinite(score.Value)))
            {
                values[trial.Id] = score.Value;
            }
        }

        return values;
    }
}
