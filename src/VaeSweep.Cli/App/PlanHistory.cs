using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Estimates a sweep from what the store has timed so far.</summary>
internal static class PlanHistory
{
    private const int RecentTrials = 200;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <param name="store">Null where there is none yet.</param>
    /// <param name="devices">What would train: cpu:0, cpu:1 or cuda:0, ...</param>
    public static async Task<PlanEstimate> EstimateAsync(
        SweepDefinition definition, SubmitResult plan, IStore? store, IReadOnlyList<string> devices, CancellationToken cancellationToken)
    {
        var kind = devices[0].Split(':')[0];
        IReadOnlyList<KnownRate> history = store is null ? [] : await HistoryAsync(store, kind, cancellationToken);
        var trials = definition.Expand();
        if (plan.Succeeded > 0)
        {
            var done = await SucceededAsync(store!, definition.Name, cancellationToken);
            trials = trials.Where(t => !done.Contains(t.Fingerprint));
        }

        double? assumed = kind == "cpu" ? PlanEstimate.AssumedCpuRate : null;
        return PlanEstimate.Of(trials, plan.Added + plan.Kept - plan.Succeeded, devices.Count, history, assumed);
    }

    private static async Task<IReadOnlyList<KnownRate>> HistoryAsync(IStore store, string kind, CancellationToken cancellationToken)
    {
        var result = await store.QueryAsync(
            $"""
            SELECT t.config, t.seconds / t.epochs_done AS seconds
            FROM trials t
            JOIN attempts a ON a.sweep = t.sweep AND a.trial = t.trial AND a.attempt = t.attempts
            WHERE t.state = 'succeeded' AND t.epochs_done > 0 AND t.seconds > 0 AND a.device LIKE @kind
            ORDER BY t.finished_at DESC LIMIT {RecentTrials}
            """,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["kind"] = kind + ":%" }, Timeout, cancellationToken);
        return [.. result.Rows.Select(r => new KnownRate((string)r[0]!, Convert.ToDouble(r[1])))];
    }

    private static async Task<HashSet<string>> SucceededAsync(IStore store, string sweep, CancellationToken cancellationToken)
    {
        var result = await store.QueryAsync(
            "SELECT fingerprint FROM trials WHERE sweep = @sweep AND state = 'succeeded'",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep }, Timeout, cancellationToken);
        return result.Rows.Select(r => (string)r[0]!).ToHashSet(StringComparer.Ordinal);
    }
}
