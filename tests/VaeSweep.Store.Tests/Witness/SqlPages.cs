using System.Globalization;
using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Reads rows that belong to trials, some trials at a time, so that neither an answer nor a statement grows without
/// bound.</summary>
internal sealed class SqlPages(IStore store)
{
    private const int PointsAtOnce = 500;
    private const int MostIds = 5_000;
    private const int FirstTrials = 500;
    private const int MostTrials = 20_000;

    // As many values of one answer as fit into memory with room to spare.
    private const int ValuesAtOnce = 1_000_000;
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    /// <summary>The rows of one trial after the other: by sweep and the trials' index, or in the order of
    /// <see cref="TrialFilter.Ids"/>. Trials without rows are left out.</summary>
    /// <param name="view">Rows that have a sweep and a trial; they are `x`, and their trials `t` where <paramref name="joined"/>
    /// or the filter needs them.</param>
    /// <param name="columns">Of x and t, behind the trial's id, which is each row's first value.</param>
    /// <param name="also">A further condition; may use @extra.</param>
    /// <param name="within">What the rows of one trial are ordered by; empty: nothing.</param>
    /// <param name="few">Rows are far fewer than trials: the first look is for all of them.</param>
    public async IAsyncEnumerable<(string Sweep, string Trial, IReadOnlyList<object?[]> Rows)> ByTrialAsync(
        TrialFilter which, string view, string[] columns, string also = "", object? extra = null, string within = "",
        bool joined = false, bool few = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var sweep in which.Sweep is { } one ? [one] : (await store.ListSweepsAsync(cancellationToken))
            .Select(s => s.Name))
        {
            var source = new Source(sweep, which, view, columns, also, extra, within, joined);
            var pages = (await IdsAsync(which, sweep, cancellationToken)) is { } ids
                ? OfIdsAsync(source, ids, cancellationToken) : OfAllAsync(source, few, cancellationToken);
            await foreach (var rows in pages)
            {
                for (var (start, end) = (0, 0); start < rows.Count; start = end)
                {
                    var trial = (string)rows[start][0]!;
                    while (end < rows.Count && string.Equals((string)rows[end][0]!, trial, StringComparison.Ordinal))
                        end++;

                    yield return (sweep, trial, start == 0 && end == rows.Count ? rows : rows.GetRange(start, end - start));
                }
            }
        }
    }

    public Task<QueryResult> QueryAsync(
        string sql, Dictionary<string, object?> parameters, CancellationToken cancellationToken) =>
        store.QueryAsync(sql, parameters, _timeout, cancellationToken);

    /// <summary>Conditions on trials `t`, each beginning with AND; all but the sweep, ids and points.</summary>
    public static string Conditions(TrialFilter which) =>
        (which.Wanted ? " AND t.wanted" : "") + (which.State is { } state ? $" AND t.state = '{Words.Of(state)}'" : "");

    /// <summary>For IN (...). Ids are hexadecimal digits: checked, because they may have been typed.</summary>
    public static string Quoted(IEnumerable<string> ids) => string.Join(',', ids.Select(id =>
        id.All(char.IsAsciiHexDigit)
            ? $"'{id}'" : throw new ArgumentException($"'{id}' is no id of a trial: ids are hexadecimal digits.", nameof(ids))));

    public static string Listed(IEnumerable<long> points) =>
        string.Join(',', points.Select(point => point.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The ids that a filter names, by itself or by its points; null: it names none.</summary>
    public async Task<IReadOnlyList<string>?> IdsAsync(TrialFilter which, string sweep, CancellationToken cancellationToken)
    {
        if (which.Ids is { } named)
            return [.. named.Distinct(StringComparer.Ordinal)];

        if (which.Points is not { } points)
            return null;

        var found = new List<(long Index, string Id)>();
        foreach (var some in points.Chunk(PointsAtOnce))
        {
            var rows = await QueryAsync(
                "SELECT t.trial_index, t.trial FROM trials t WHERE t.sweep = @sweep AND t.point IN "
                    + $"({Listed(some)}){Conditions(which)}",
                new(StringComparer.Ordinal) { ["sweep"] = sweep }, cancellationToken);
            found.AddRange(rows.Rows.Select(row => ((long)row[0]!, (string)row[1]!)));
        }

        return [.. found.OrderBy(f => f.Index).Select(f => f.Id)];
    }

    private async IAsyncEnumerable<List<object?[]>> OfIdsAsync(
        Source source, IReadOnlyList<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (start, size) = (0, FirstTrials); start < ids.Count;)
        {
            var some = ids.Skip(start).Take(size).ToList();
            var page = await QueryAsync(
                source.Sql($"x.trial IN ({Quoted(some)})", byIndex: false), source.Parameters(), cancellationToken);
            if (page.Truncated)
            {
                size = Halved(some.Count, page, some[0]);
                continue;
            }

            start += some.Count;
            size = Next(size, some.Count, page, MostIds);
            var place = some.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
            // A stable sort: the rows of one trial keep their order.
            yield return [.. page.Rows.OrderBy(row => place[(string)row[0]!])];
        }
    }

    private async IAsyncEnumerable<List<object?[]>> OfAllAsync(
        Source source, bool few, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (few && await QueryAsync(
            source.Sql("1 = 1", byIndex: true), source.Parameters(), cancellationToken) is { Truncated: false } all)
        {
            yield return [.. all.Rows];
            yield break;
        }

        var bounds = await QueryAsync(
            "SELECT min(t.trial_index), max(t.trial_index) FROM trials t WHERE t.sweep = @sweep",
            new(StringComparer.Ordinal) { ["sweep"] = source.Sweep }, cancellationToken);
        if (bounds.Rows[0] is not [long from, long last])
            yield break;

        for (var size = FirstTrials; from <= last;)
        {
            var parameters = source.Parameters();
            (parameters["from"], parameters["to"]) = (from, from + size);
            var page = await QueryAsync(
                source.Sql("t.trial_index >= @from AND t.trial_index < @to", byIndex: true), parameters, cancellationToken);
            if (page.Truncated)
            {
                size = Halved(size, page, $"number {from}");
                continue;
            }

            from += size;
            size = Next(size, size, page, MostTrials);
            yield return [.. page.Rows];
        }
    }

    private static int Halved(int size, QueryResult page, string trial) =>
        size > 1 ? size / 2 : throw new StoreException(
            $"Trial {trial} has more than {page.Rows.Count} rows: more than the store hands out at once.");

    private static int Next(int size, int asked, QueryResult page, int most) =>
        Math.Clamp((int)Math.Min((long)ValuesAtOnce * asked / Math.Max(1, (long)page.Rows.Count * page.Columns.Count), 4L * size),
            1, most);

    private sealed record Source(
        string Sweep, TrialFilter Which, string View, string[] Columns, string Also, object? Extra, string Within, bool Joined)
    {
        public string Sql(string condition, bool byIndex)
        {
            var conditions = Conditions(Which);
            var join = Joined || byIndex || conditions.Length > 0
                ? " JOIN trials t ON t.sweep = x.sweep AND t.trial = x.trial" : "";
            var order = (byIndex, Within.Length > 0) switch
            {
                (true, true) => $" ORDER BY t.trial_index, {Within}",
                (true, false) => " ORDER BY t.trial_index",
                (false, true) => $" ORDER BY {Within}",
                _ => "",
            };
            return $"SELECT x.trial, {string.Join(", ", Columns)} FROM {View} x{join} WHERE x.sweep = @sweep "
                + $"AND {condition}{conditions}{Also}{order}";
        }

        public Dictionary<string, object?> Parameters() => new(StringComparer.Ordinal) { ["sweep"] = Sweep, ["extra"] = Extra };
    }
}
