using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Makes comparison tables from results.</summary>
public static class ComparisonBuilder
{
    /// <summary>Reads all wanted trials of a sweep and groups them. Seeds are the unit of repetition: where a cell joins several
    /// settings, a seed's value is its mean over them.</summary>
    /// <exception cref="ResultsException">A path is in no trial's configuration, or the baseline is no row of the
    /// table.</exception>
    public static async Task<ComparisonTable> BuildAsync(
        IResults results, ComparisonRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<Metric> metrics = [request.Metric, .. request.More];
        var trials = await new TrialReader(results, request.Sweep, metrics).ReadAsync(cancellationToken);
        var across = request.Across.Select(path => Axis.Of(path, trials.Index)).ToList();
        var by = (request.By ?? Varying(trials, request.Across)).Select(path => Axis.Of(path, trials.Index)).ToList();
        IReadOnlyList<Axis> axes = [.. by, .. across];

        var cells = Group(trials, axes, metrics.Count);
        var published = new PublishedNumbers(request.Published, request.Metric, trials.Index);
        var rows = cells.Select(cell => (cell, Row(cell, request, published, by, across)))
            .OrderBy(c => c.Item2, Comparer<ComparisonRow>.Create(CompareRows)).ToList();
        var (ranked, contests, unranked) = new Ranking(request.Metric, trials.Index).Rank(rows);
        if (request.Baseline is { } baseline)
            ranked = BaselineComparison.Apply(ranked, [.. axes.Select(a => a.Path)], baseline);

        return new ComparisonTable(request.Sweep, request.Metric, [.. by.Select(a => a.Path)], ranked, published.Unmatched)
        {
            Across = [.. across.Select(a => a.Path)],
            More = request.More,
            Interval = request.Interval,
            Retired = request.Retired,
            Baseline = request.Baseline,
            Contests = contests,
            Unranked = unranked,
        };
    }

    private static List<CellTrials> Group(TrialSet trials, IReadOnlyList<Axis> axes, int metrics)
    {
        var cells = new Dictionary<int[], CellTrials>(CodesComparer.Instance);
        foreach (var point in trials.Points)
        {
            var key = new int[axes.Count];
            for (var i = 0; i < key.Length; i++)
                key[i] = axes[i].CodeOf(point.Codes);

            if (!cells.TryGetValue(key, out var cell))
                cells.Add(key, cell = new CellTrials(key, point.Codes, metrics));

            cell.Add(point, trials.Index);
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
            Unbalanced = cell.Unbalanced,
            EndedEarly = cell.EndedEarly,
            Points = cell.Points,
            More = request.More.Select((metric, i) => (metric.Name, Of: Summary.Of(cell.Seeds(i + 1).Values, request.Interval)))
                .ToDictionary(m => m.Name, m => m.Of, StringComparer.Ordinal),
        };
    }

    /// <summary>Every path in which points differ.</summary>
    private static List<string> Varying(TrialSet trials, IReadOnlyList<string> without)
    {
        var varying = new List<string>();
        var first = trials.Points.FirstOrDefault();
        for (var column = 0; column < trials.Index.Paths.Count; column++)
        {
            var path = trials.Index.Paths[column];
            // One layer is `model.latent`, several are `model.layers`: a sweep that has both is grouped by the one that can say
            // both.
            if (ConfigSchema.Find(path)?.ShortFor is { } whole && trials.Index.ColumnOf(whole) is not null)
                path = whole;

            if (!without.Contains(path) && !varying.Contains(path)
                && trials.Points.Any(p => ConfigIndex.CodeAt(p.Codes, column) != ConfigIndex.CodeAt(first!.Codes, column)))
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
