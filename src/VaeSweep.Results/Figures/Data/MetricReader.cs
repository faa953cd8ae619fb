using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Reads what finished trials scored.</summary>
public static class MetricReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <returns>By the trial's id, over its succeeded trials; those without the metric are absent. Of several numbers of samples the largest counts.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(
        IStore store, SweepTrials trials, Metric metric, CancellationToken cancellationToken)
    {
        var finished = trials.Trials.Where(t => t.State == Sweeps.TrialState.Succeeded).ToList();
        if (metric.TrialColumn is not null)
        {
            return finished.ToDictionary(t => t.Id, t => t.Seconds, StringComparer.Ordinal);
        }

        const string Sql = "SELECT trial, value, samples FROM evaluations WHERE sweep = @sweep AND metric = @metric";
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = trials.Sweep, ["metric"] = metric.Name };
        var result = await store.QueryAsync(Sql, parameters, Timeout, cancellationToken);
        var best = new Dictionary<string, (long Samples, double Value)>(StringComparer.Ordinal);
        foreach (var row in result.Rows.Where(r => r[1] is not null))
        {
            var (trial, samples) = ((string)row[0]!, row[2] is null ? 0 : Convert.ToInt64(row[2]));
            if (!best.TryGetValue(trial, out var held) || held.Samples < samples)
            {
                best[trial] = (samples, Convert.ToDouble(row[1]));
            }
        }

        var values = finished.Where(t => best.ContainsKey(t.Id)).ToDictionary(t => t.Id, t => best[t.Id].Value, StringComparer.Ordinal);
        var without = finished.Where(t => !values.ContainsKey(t.Id)).ToList();
        if (metric.EpochColumn is not null && without.Count > 0)
        {
            foreach (var (id, curves) in await CurveReader.ReadAsync(store, trials.Sweep, without, [metric.EpochColumn], cancellationToken))
            {
                if (double.IsFinite(curves.Columns[0][^1]))
                {
                    values[id] = curves.Columns[0][^1];
                }
            }
        }

        return values;
    }
}
