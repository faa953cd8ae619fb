using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What one trial scored.</summary>
internal static class TrialScores
{
    /// <param name="last">What was reported with its last epoch; null when nothing was.</param>
    public static void Tell(long trial, IEnumerable<Evaluation> evaluations, EpochReport? last, IReadOnlyList<Metric> metrics, ScoreSink found)
    {
        foreach (var evaluation in evaluations)
        {
            for (var i = 0; i < metrics.Count; i++)
            {
                if (metrics[i].Name == evaluation.Metric && !double.IsNaN(evaluation.Value))
                    found(trial, i, evaluation.Value, evaluation.Samples);
            }
        }

        for (var i = 0; i < metrics.Count && last is not null; i++)
        {
            if (metrics[i].Curve?.Of(last) is { } value && !double.IsNaN(value))
                found(trial, i, value, ScoreColumn.NoEvaluation);
        }
    }
}
