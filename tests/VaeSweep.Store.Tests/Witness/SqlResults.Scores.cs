using System.Globalization;
using System.Runtime.InteropServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <remarks>Counts and values come from one statement, so they are of one moment. Usually every succeeded trial has its value and
/// is wanted: the values are read without a look at their trials, those of unwanted ones are left out afterwards, and epochs are
/// not looked at where there are evaluations; only when the number of values says that some succeeded trial has none are trials
/// and epochs read one by one.</remarks>
internal sealed partial class SqlResults
{
    // In place of a metric's number: the count of trials in state 0, 1, ... is in rows -1, -2, ...; of all trials of the sweep in
    // row -100; a trial that the sweep no longer wants in row -101.
    private const int FirstState = -1;
    private const int All = -100;
    private const int Unwanted = -101;
    private const int PointsAtOnce = 500;

    public async Task<SweepScores> ScoresAsync(
        string sweep, IReadOnlyList<Metric> metrics, IReadOnlyCollection<long>? points, CancellationToken cancellationToken)
    {
        if (points is null && metrics.Count > 0 && await ReadQuicklyAsync(sweep, metrics, cancellationToken) is { } all)
            return all;

        var scores = Empty(metrics);
        if (points is null)
        {
            await ReadRangeAsync(scores, sweep, metrics, null, cancellationToken);
        }
        else
        {
            foreach (var some in points.Chunk(PointsAtOnce))
                await ReadSomeAsync(scores, sweep, metrics, some, cancellationToken);
        }

        return scores;
    }

    /// <returns>Null when some succeeded trial has no value, or has several, or there are more rows than a store hands out at
    /// once.</returns>
    private async Task<SweepScores?> ReadQuicklyAsync(
        string sweep, IReadOnlyList<Metric> metrics, CancellationToken cancellationToken)
    {
        var result = await _pages.QueryAsync(
            $"""
            {ScoresSql(metrics, quick: true, "")}
            UNION ALL
            SELECT t.point, t.seed, {Unwanted}, 0.0, 1 FROM trials t WHERE t.sweep = @sweep AND NOT t.wanted
            UNION ALL
            SELECT 0, 0, {All}, 0.0, count(*) FROM trials t WHERE t.sweep = @sweep
            """,
            ScoreParameters(sweep, metrics), cancellationToken);
        if (result.Truncated)
            return null;

        var unwanted = result.Rows.Where(row => (long)row[2]! == Unwanted).Select(row => ((long)row[0]!, (long)row[1]!))
            .ToHashSet();
        var (scores, succeeded) = (Empty(metrics), -(long)unwanted.Count);
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
                    Add(scores, row);
                    break;
                default:
                    if (unwanted.Count == 0 || !unwanted.Contains(((long)row[0]!, (long)row[1]!)))
                        Add(scores, row);

                    break;
            }
        }

        if (scores.Metrics.Where((column, i) => (i == 0 || metrics[i].Curve is not null) && !IsComplete(column, succeeded)).Any())
            return null;

        var counts = new Dictionary<long, int>();
        foreach (var point in CollectionsMarshal.AsSpan(scores.Metrics[0].Points))
            CollectionsMarshal.GetValueRefOrAddDefault(counts, point, out _)++;

        return scores with { Counts =
            [.. scores.Counts, .. counts.Select(c => new PointCount(c.Key, TrialState.Succeeded, c.Value))] };
    }

    // Measured with one number of samples, a trial has one value.
    private static bool IsComplete(ScoreColumn column, long trials) =>
        column.Count == trials && !column.Samples.Exists(samples => samples != column.Samples[0]);

    /// <param name="range">Points to read, both ends included; null: all.</param>
    private async Task ReadRangeAsync(
        SweepScores scores, string sweep, IReadOnlyList<Metric> metrics, (long From, long To)? range,
        CancellationToken cancellationToken)
    {
        var within = range is var (first, last)
            ? string.Create(CultureInfo.InvariantCulture, $" AND {{0}}.point BETWEEN {first} AND {last}") : "";
        var result = await _pages.QueryAsync(
            ScoresSql(metrics, quick: false, within), ScoreParameters(sweep, metrics), cancellationToken);
        if (!result.Truncated)
        {
            Add(scores, result);
            return;
        }

        // More than a store hands out at once: half of the points, then the other half.
        var (from, to) = range ?? await BoundsAsync(sweep, cancellationToken);
        if (from >= to)
            throw TooMany(sweep, result);

        var middle = from + ((to - from) / 2);
        await ReadRangeAsync(scores, sweep, metrics, (from, middle), cancellationToken);
        await ReadRangeAsync(scores, sweep, metrics, (middle + 1, to), cancellationToken);
    }

    private async Task ReadSomeAsync(
        SweepScores scores, string sweep, IReadOnlyList<Metric> metrics, long[] points, CancellationToken cancellationToken)
    {
        var result = await _pages.QueryAsync(
            ScoresSql(metrics, quick: false, $" AND {{0}}.point IN ({SqlPages.Listed(points)})"), ScoreParameters(sweep, metrics),
            cancellationToken);
        if (!result.Truncated)
        {
            Add(scores, result);
            return;
        }

        if (points.Length == 1)
            throw TooMany(sweep, result);

        await ReadSomeAsync(scores, sweep, metrics, points[..(points.Length / 2)], cancellationToken);
        await ReadSomeAsync(scores, sweep, metrics, points[(points.Length / 2)..], cancellationToken);
    }

    private async Task<(long From, long To)> BoundsAsync(string sweep, CancellationToken cancellationToken)
    {
        var result = await _pages.QueryAsync(
            "SELECT min(t.point), max(t.point) FROM trials t WHERE t.sweep = @sweep AND t.wanted",
            new(StringComparer.Ordinal) { ["sweep"] = sweep }, cancellationToken);
        return ((long)result.Rows[0][0]!, (long)result.Rows[0][1]!);
    }

    private static StoreException TooMany(string sweep, QueryResult result) =>
        new($"One configuration of '{sweep}' has more than {result.Rows.Count} values: more than the store hands out at once.");

    private static SweepScores Empty(IReadOnlyList<Metric> metrics) =>
        new(new List<PointCount>(), [.. metrics.Select(_ => new ScoreColumn())]);

    private static void Add(SweepScores scores, QueryResult result)
    {
        foreach (var row in result.Rows)
            Add(scores, row);
    }

    private static void Add(SweepScores scores, object?[] row)
    {
        var (point, what) = ((long)row[0]!, (int)(long)row[2]!);
        if (what <= FirstState)
            ((List<PointCount>)scores.Counts).Add(new PointCount(point, (TrialState)(FirstState - what), (int)(long)row[4]!));
        else
            scores.Metrics[what].Add(point, (long)row[1]!, (double)row[3]!, (int)(long)row[4]!);
    }

    private static Dictionary<string, object?> ScoreParameters(string sweep, IReadOnlyList<Metric> metrics)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep };
        for (var i = 0; i < metrics.Count; i++)
        {
            if (!metrics[i].Kept)
                parameters[$"metric{i}"] = metrics[i].Name;
        }

        return parameters;
    }

    // Column names are those of the list of metrics, never a user's; points are numbers.
    /// <param name="quick">Without the number of succeeded trials, and with the values of unwanted ones.</param>
    /// <param name="within">A condition on the points of {0}.</param>
    private static string ScoresSql(IReadOnlyList<Metric> metrics, bool quick, string within)
    {
        var states = string.Join(" ", Enum.GetValues<TrialState>()
            .Select(state => $"WHEN '{Words.Of(state)}' THEN {FirstState - (int)state}"));
        return string.Join("\nUNION ALL\n", metrics.SelectMany((metric, i) => ValuesSql(metric, i, quick, within)).Append(
            $"""
            SELECT t.point, 0, CASE t.state {states} END, 0.0, count(*)
            FROM trials t WHERE t.sweep = @sweep AND t.wanted{(quick ? " AND t.state <> 'succeeded'" : "")}{Of("t", within)}
            GROUP BY t.point, t.state
            """));
    }

    private static IEnumerable<string> ValuesSql(Metric metric, int i, bool quick, string within)
    {
        if (metric.Kept)
        {
            yield return $"""
                SELECT t.point, t.seed, {i}, t.{metric.Name}, {ScoreColumn.NoEvaluation}
                FROM trials t WHERE t.sweep = @sweep AND t.wanted AND t.state = 'succeeded'
                    AND t.{metric.Name} IS NOT NULL{Of("t", within)}
                """;
            yield break;
        }

        yield return $"""
            SELECT v.point, v.seed, {i}, v.value, v.samples
            FROM {(quick ? "scores v WHERE" : "evaluations v WHERE v.wanted AND")} v.sweep = @sweep
                AND v.metric = @metric{i} AND v.value IS NOT NULL{Of("v", within)}
            """;
        if (metric.Curve is not null)
        {
            var unlessEvaluated = quick
                ? $" AND NOT EXISTS (SELECT 1 FROM scores z WHERE z.sweep = @sweep AND z.metric = @metric{i})" : "";
            yield return $"""
                SELECT t.point, t.seed, {i}, CAST(e.{metric.Name} AS double precision), {ScoreColumn.NoEvaluation}
                FROM trials t JOIN epochs e ON e.sweep = t.sweep AND e.trial = t.trial AND e.epoch = t.epochs_done
                WHERE t.sweep = @sweep AND t.wanted AND t.state = 'succeeded'
                    AND e.{metric.Name} IS NOT NULL{Of("t", within)}{unlessEvaluated}
                """;
        }
    }

    private static string Of(string table, string within) => within.Replace("{0}", table, StringComparison.Ordinal);
}
