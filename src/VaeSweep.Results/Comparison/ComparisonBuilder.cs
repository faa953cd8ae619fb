using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Makes comparison tables from results.</summary>
public static class ComparisonBuilder
{
    private const string SeedPath = "seed";

    /// <summary>Reads all wanted trials of one or several sweeps and groups them. Seeds are the unit of repetition: where a cell
    /// joins several settings, a seed's value is its mean over them.</summary>
    /// <exception cref="ResultsException">A path is in no trial's configuration, no trial meets the conditions, or the baseline
    /// is no row of the table.</exception>
    public static async Task<ComparisonTable> BuildAsync(
        IResults results, ComparisonRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<Metric> metrics = [request.Metric, .. request.More];
        var trials = await new TrialReader(results, [request.Sweep, .. request.Others], metrics)
            .ReadAsync(SeedsOf(request), cancellationToken);
        var points = Chosen(trials, request);
        var across = request.Across.Select(path => Axis.Of(path, trials.Index)).ToList();
        var by = Sweeps(points, trials.Index, request).Concat(request.By ?? Varying(trials.Index, points, request.Across))
            .Distinct(StringComparer.Ordinal).Select(path => Axis.Of(path, trials.Index)).ToList();
        // What others have trained never stands in one row with what we have.
        if (trials.Index.ColumnOf(TrialConfigJson.Imported) is not null
            && !by.Concat(across).Any(axis => axis.Path == TrialConfigJson.Imported))
        {
            by.Add(Axis.Of(TrialConfigJson.Imported, trials.Index));
        }

        IReadOnlyList<Axis> axes = [.. by, .. across];

        var shown = request.Search ? points : ConfirmedRows.Of(points, trials.Index);
        var cells = Group(shown, trials.Index, axes, metrics.Count);
        var published = new PublishedNumbers(request.Published, request.Metric, trials.Index);
        var rows = cells.Select(cell => (cell, Row(cell, request, published, by, across)))
            .OrderBy(c => c.Item2, Comparer<ComparisonRow>.Create(CompareRows)).ToList();
        var (ranked, contests, unranked) = new Ranking(request.Metric, trials.Index).Rank(rows);
        if (request.Baseline is { } baseline)
            ranked = BaselineComparison.Apply(ranked, [.. axes.Select(a => a.Path)], baseline);
        else if (ranked.Exists(row => row.Confirms))
            (ranked, contests) = ConfirmedRows.HoldAgainstBest(ranked, contests);

        var table = new ComparisonTable(request.Sweep, request.Metric, [.. by.Select(a => a.Path)], ranked, published.Unmatched)
        {
            Others = request.Others,
            Where = request.Where,
            AlsoDiffering = Differing(points, trials.Index, axes),
            Across = [.. across.Select(a => a.Path)],
            More = request.More,
            Interval = request.Interval,
            Retired = request.Retired,
            Baseline = request.Baseline,
            Contests = contests,
            Unranked = unranked,
            IsAgainstBest = request.Baseline is null && ranked.Exists(row => row.Confirms),
            Searched = points.Count,
            Confirming = shown.Any(point => point.Found is not null)
                ? 0 : points.Sum(point => point.Confirming?.States.Sum() ?? 0),
        };
        return request.Top is { } top ? TopRows.Of(table, top) : table;
    }

    private static Func<long, bool>? SeedsOf(ComparisonRequest request) => !request.Where.TryGetValue(SeedPath, out var written)
        ? null : new SeedFilter(new ValueFilter(written)).Holds;

    private sealed class SeedFilter(ValueFilter filter)
    {
        public bool Holds(long seed) => filter.Holds(new SettingValue(seed.ToString(CultureInfo.InvariantCulture)));
    }

    private static IReadOnlyList<PointTrials> Chosen(TrialSet trials, ComparisonRequest request)
    {
        if (request.Where.Count == 0)
            return [.. trials.Points];

        var wanted = request.Where.Where(w => w.Key != SeedPath)
            .Select(w => (Axis: Axis.ToChooseBy(w.Key, trials.Index), Filter: new ValueFilter(w.Value))).ToList();
        IReadOnlyList<PointTrials> found =
            [.. trials.Points.Where(point => wanted.All(w => w.Filter.Holds(w.Axis.ValueOf(point.Codes))))];
        return found.Count > 0 ? found : throw new ResultsException($"no trial of {request.Sweep} "
            + $"has {string.Join(" and ", request.Where.Select(w => $"{w.Key} = {w.Value}"))}."
            + string.Concat(wanted.Select(w => $" {w.Axis.Path} is one of: " + string.Join(", ", trials.Points
                .Select(point => w.Axis.ValueOf(point.Codes)?.Text ?? "-").Distinct(StringComparer.Ordinal).Take(12)) + ".")));
    }

    // The sweep is a column of its own unless all points are of the same.
    private static IEnumerable<string> Sweeps(IReadOnlyList<PointTrials> points, ConfigIndex index, ComparisonRequest request) =>
        index.ColumnOf(TrialReader.SweepPath) is { } column && !request.Across.Contains(TrialReader.SweepPath)
            && request.By?.Contains(TrialReader.SweepPath) != true
            && points.Select(point => ConfigIndex.CodeAt(point.Codes, column)).Distinct().Skip(1).Any()
            ? [TrialReader.SweepPath] : [];

    // Paths without a column whose values are not the same in all sweeps.
    private static IReadOnlyList<string> Differing(
        IReadOnlyList<PointTrials> points, ConfigIndex index, IReadOnlyList<Axis> axes)
    {
        if (index.ColumnOf(TrialReader.SweepPath) is not { } sweep)
            return [];

        // `model.latent` and `model.layers` are one path.
        static string Whole(string path) => ConfigSchema.Find(path)?.ShortFor ?? path;
        var shown = axes.Select(axis => Whole(axis.Path)).ToHashSet(StringComparer.Ordinal);
        var sweeps = points.GroupBy(point => ConfigIndex.CodeAt(point.Codes, sweep)).ToList();
        return [.. Enumerable.Range(0, index.Paths.Count)
            .Where(column => column != sweep && !shown.Contains(Whole(index.Paths[column])))
            .Where(column => sweeps.Select(points => string.Join(' ', points
                .Select(point => ConfigIndex.CodeAt(point.Codes, column)).Distinct().Order())).Distinct().Skip(1).Any())
            .Select(column => index.Paths[column])];
    }

    private static List<CellTrials> Group(
        IReadOnlyList<PointTrials> points, ConfigIndex index, IReadOnlyList<Axis> axes, int metrics)
    {
        var cells = new Dictionary<int[], CellTrials>(CodesComparer.Instance);
        foreach (var point in points)
        {
            var key = new int[axes.Count];
            for (var i = 0; i < key.Length; i++)
                key[i] = axes[i].CodeOf(point.Codes);

            if (!cells.TryGetValue(key, out var cell))
                cells.Add(key, cell = new CellTrials(key, point.Codes, metrics));

            cell.Add(point, index);
        }

        return [.. cells.Values];
    }

    private static ComparisonRow Row(
        CellTrials cell, ComparisonRequest request, PublishedNumbers published, List<Axis> by, List<Axis> across)
    {
        var seeds = cell.Seeds(0);
        return new ComparisonRow(
            [.. by.Select((axis, i) => axis.Value(cell.Key[i]))], Summary.Of(seeds.Values, request.Interval), cell.States,
            cell.WithoutValue, published.For(cell), Best: false)
        {
            Across = [.. across.Select((axis, i) => axis.Value(cell.Key[by.Count + i]))],
            Seeds = seeds,
            Settings = cell.Points.Count,
            PartialSeeds = cell.PartialSeeds,
            EndedEarly = cell.EndedEarly,
            Confirms = cell.Confirms,
            Found = cell.Confirms ? Summary.Of(cell.Found, request.Interval) : null,
            Points = cell.Points,
            More = request.More.Select((metric, i) => (metric.Name, Of: Summary.Of(cell.Seeds(i + 1).Values, request.Interval)))
                .ToDictionary(m => m.Name, m => m.Of, StringComparer.Ordinal),
        };
    }

    /// <summary>Every path in which points differ.</summary>
    private static List<string> Varying(
        ConfigIndex index, IReadOnlyList<PointTrials> points, IReadOnlyList<string> without)
    {
        var varying = new List<string>();
        var first = points.FirstOrDefault();
        for (var column = 0; column < index.Paths.Count; column++)
        {
            var path = index.Paths[column];
            // One layer is `model.latent`, several are `model.layers`: a sweep that has both is grouped by the one that can say
            // both.
            if (ConfigSchema.Find(path)?.ShortFor is { } whole && index.ColumnOf(whole) is not null)
                path = whole;

            if (!without.Contains(path) && !varying.Contains(path)
                && points.Any(p => ConfigIndex.CodeAt(p.Codes, column) != ConfigIndex.CodeAt(first!.Codes, column)))
            {
                varying.Add(path);
            }
        }

        return varying;
    }

    private static int CompareRows(ComparisonRow a, ComparisonRow b)
    {
        var order = Compare(a.By, b.By);
        return order != 0 ? order : Compare(a.Across, b.Across);
    }

    private static int Compare(IReadOnlyList<SettingValue?> a, IReadOnlyList<SettingValue?> b)
    {
        for (var i = 0; i < a.Count; i++)
        {
            var order = SettingValue.Compare(a[i], b[i]);
            if (order != 0)
                return order;
        }

        return 0;
    }

    private sealed class CodesComparer : IEqualityComparer<int[]>
    {
        public static readonly CodesComparer Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] codes)
        {
            var hash = default(HashCode);
            foreach (var code in codes)
                hash.Add(code);

            return hash.ToHashCode();
        }
    }
}
