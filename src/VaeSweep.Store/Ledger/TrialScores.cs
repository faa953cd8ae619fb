using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What one trial scored.</summary>
internal static class TrialScores
{
    /// <summary>Of each metric and number of samples the score that was put last; by metric and samples.</summary>
    public static IEnumerable<EvaluationDocument> Latest(IEnumerable<EvaluationDocument> scores)
    {
        var latest = new Dictionary<(string Metric, int Samples), EvaluationDocument>();
        foreach (var score in scores)
            latest[(score.Evaluation.Metric, score.Evaluation.Samples)] = score;
        return latest.Values.OrderBy(one => one.Evaluation.Metric, StringComparer.Ordinal).ThenBy(one => one.Evaluation.Samples);
    }

    /// <param name="last">What was reported with its last epoch; null when nothing was.</param>
    public static void Tell(long trial, IEnumerable<Evaluation> evaluations, EpochReport? last, IReadOnlyList<Metric> metrics,
        ScoreSink found)
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
