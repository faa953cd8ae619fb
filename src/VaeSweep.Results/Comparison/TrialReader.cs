using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Reads what tables are made of.</summary>
/// <remarks>Configurations repeat from seed to seed, so they are read once a point, beside the values and on a connection of their own. The counts and values come from
/// one statement, so they are of one moment. Usually every succeeded trial has its value and is wanted: the values are read without a look at their trials, those of
/// unwanted ones are left out afterwards, and succeeded trials are counted point by point only when their whole number says that some have none.</remarks>
internal sealed class TrialReader(IStore store, string sweep, IReadOnlyList<Metric> metrics)
{
    // In place of a metric's number: the count of trials in state 0, 1, ... is in rows -1, -2, ...; of all trials of the sweep in row -100; a trial that the sweep no
    // longer wants in row -101.
    private const int FirstState = -1;
    private const int All = -100;
    private const int Unwanted = -101;

    // Less than any number of samples: an epoch's value stands in only where there is no evaluation.
    private const int StandIn = -1;
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(2);

    public async Task<TrialSet> ReadAsync(CancellationToken cancellationToken)
    {
        var points = new PointReader(store, sweep, _timeout);
        var configurations = points.ReadAsync(cancellationToken);
        TrialSet trials;
        try
        {
            trials = await ReadQuicklyAsync(cancellationToken) ?? await ReadThoroughlyAsync(cancellationToken);
        }
        finally
        {
            // Also after a failure: it must not fail unobserved.
            await configurations.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await configurations;
        points.Configure(trials);
        if (trials.Points.Any(p => p.Codes.Length == 0))
        {
            // A submit has added points between the two reads.
            await points.ReadAsync(cancellationToken);
            points.Configure(trials);
        }

        return trials;
    }

    /// <returns>Null when some succeeded trial has no value, or there are more rows than a store hands out at once.</returns>
    private async Task<TrialSet?> ReadQuicklyAsync(CancellationToken cancellationToken)
    {
        var result = await store.QueryAsync(
            $"""
            {TrialsSql(quick: true, null)}
            UNION ALL
            SELECT t.point, t.seed, {Unwanted}, 0.0, 1 FROM trials t WHERE t.sweep = @sweep AND NOT t.wanted
            UNION ALL
            SELECT 0, 0, {All}, 0.0, count(*) FROM trials t WHERE t.sweep = @sweep
            """,
            Parameters(), _timeout, cancellationToken);
        if (result.Truncated)
        {
            return null;
        }

        var unwanted = result.Rows.Where(row => (long)row[2]! == Unwanted).Select(row => ((long)row[0]!, (long)row[1]!)).ToHashSet();
        var trials = new TrialSet(metrics.Count);
        var succeeded = -(long)unwanted.Count;
        foreach (var row in result.Rows)
        {
            switch ((long)row[2]!)
            {
                case All:
                    succeeded += (long)row[4]!;
                    break;
                case Unwanted:
                    break;
                case <= FirstState:
                    succeeded -= (long)row[4]!;
                    Add(trials, row);
                    break;
                default:
                    if (unwanted.Count == 0 || !unwanted.Contains(((long)row[0]!, (long)row[1]!)))
                    {
                        Add(trials, row);
                    }

                    break;
            }
        }

        var measured = 0;
        foreach (var point in trials.Points)
        {
            var values = point.Values[0]?.Count ?? 0;
            trials.Count(point.Key, TrialState.Succeeded, values);
            measured += values;
        }

        return measured == succeeded ? trials : null;
    }

    private async Task<TrialSet> ReadThoroughlyAsync(CancellationToken cancellationToken)
    {
        var trials = new TrialSet(metrics.Count);
        await ReadRangeAsync(trials, null, cancellationToken);
        return trials;
    }

    /// <param name="range">Points to read, both ends included; null: all.</param>
    private async Task ReadRangeAsync(TrialSet trials, (long From, long To)? range, CancellationToken cancellationToken)
    {
        var result = await store.QueryAsync(TrialsSql(quick: false, range), Parameters(), _timeout, cancellationToken);
        if (result.Truncated)
        {
            // More than a store hands out at once: half of the points, then the other half.
            var (from, to) = range ?? await BoundsAsync(cancellationToken);
            if (from >= to)
            {
                throw new ResultsException($"one configuration of '{sweep}' has more than {result.Rows.Count} values: too many for a table.");
            }

            var middle = from + ((to - from) / 2);
            await ReadRangeAsync(trials, (from, middle), cancellationToken);
            await ReadRangeAsync(trials, (middle + 1, to), cancellationToken);
            return;
        }

        foreach (var row in result.Rows)
        {
            Add(trials, row);
        }
    }

    private static void Add(TrialSet trials, object?[] row)
    {
        var (point, what) = ((long)row[0]!, (int)(long)row[2]!);
        if (what <= FirstState)
        {
            trials.Count(point, (TrialState)(FirstState - what), (int)(long)row[4]!);
        }
        else
        {
            trials.Add(point, (long)row[1]!, what, (double)row[3]!, (long)row[4]!);
        }
    }

    private async Task<(long From, long To)> BoundsAsync(CancellationToken cancellationToken)
    {
        var result = await store.QueryAsync(
            "SELECT min(t.point), max(t.point) FROM trials t WHERE t.sweep = @sweep AND t.wanted",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep }, _timeout, cancellationToken);
        return ((long)result.Rows[0][0]!, (long)result.Rows[0][1]!);
    }

    private Dictionary<string, object?> Parameters()
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep };
        for (var i = 0; i < metrics.Count; i++)
        {
            if (metrics[i].TrialColumn is null)
            {
                parameters[$"metric{i}"] = metrics[i].Name;
            }
        }

        return parameters;
    }

    // Column names come from the catalog, never from a user; points are numbers.
    /// <param name="quick">Without the number of succeeded trials, and with the values of unwanted ones.</param>
    private string TrialsSql(bool quick, (long From, long To)? range)
    {
        var states = string.Join(" ", Enum.GetValues<TrialState>().Select(state => $"WHEN '{Word(state)}' THEN {FirstState - (int)state}"));
        return string.Join("\nUNION ALL\n", metrics.SelectMany((metric, i) => Values(metric, i, quick, range)).Append(
            $"""
            SELECT t.point, 0, CASE t.state {states} END, 0.0, count(*)
            FROM trials t WHERE t.sweep = @sweep AND t.wanted{(quick ? " AND t.state <> 'succeeded'" : "")}{Within("t", range)} GROUP BY t.point, t.state
            """));
    }

    private static IEnumerable<string> Values(Metric metric, int i, bool quick, (long From, long To)? range)
    {
        if (metric.TrialColumn is { } trialColumn)
        {
            yield return $"""
                SELECT t.point, t.seed, {i}, t.{trialColumn}, 1
                FROM trials t WHERE t.sweep = @sweep AND t.wanted AND t.state = 'succeeded' AND t.{trialColumn} IS NOT NULL{Within("t", range)}
                """;
            yield break;
        }

        yield return $"""
            SELECT v.point, v.seed, {i}, v.value, v.samples
            FROM {(quick ? "scores v WHERE" : "evaluations v WHERE v.wanted AND")} v.sweep = @sweep AND v.metric = @metric{i} AND v.value IS NOT NULL{Within("v", range)}
            """;
        if (metric.EpochColumn is { } epochColumn)
        {
            yield return $"""
                SELECT t.point, t.seed, {i}, CAST(e.{epochColumn} AS double precision), {StandIn}
                FROM trials t JOIN epochs e ON e.sweep = t.sweep AND e.trial = t.trial AND e.epoch = t.epochs_done
                WHERE t.sweep = @sweep AND t.wanted AND t.state = 'succeeded' AND e.{epochColumn} IS NOT NULL{Within("t", range)}
                """;
        }
    }

    private static string Word(TrialState state) => state.ToString().ToLowerInvariant();

    private static string Within(string table, (long From, long To)? range) =>
        range is var (from, to) ? string.Create(CultureInfo.InvariantCulture, $" AND {table}.point BETWEEN {from} AND {to}") : "";
}
