using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Ranks cells among those whose values mean the same.</summary>
/// <remarks>A bound on one data set says nothing about another; binarised images are other data; and nats of a density (Gaussian)
/// and of a probability (Bernoulli) have different zeros.</remarks>
internal sealed class Ranking(Metric metric, ConfigIndex index)
{
    private const string Likelihood = "model.decoder";
    private static readonly string[] _data = ["dataset.name", "dataset.binarization", "dataset.classes"];

    public (List<ComparisonRow> Rows, List<Contest> Contests, int Unranked) Rank(
        IReadOnlyList<(CellTrials Cell, ComparisonRow Row)> cells)
    {
        if (metric.Direction == Direction.None)
            return ([.. cells.Select(c => c.Row)], [], 0);

        var scopes = cells.Select(c => ScopeOf(c.Cell)).ToList();
        var rows = cells.Select((c, i) => c.Row with { Scope = scopes[i] is { } scope ? string.Join('\u0001', scope) : null })
            .ToList();
        var contests = new List<Contest>();
        var groups = Enumerable.Range(0, rows.Count).Where(i => scopes[i] is not null && double.IsFinite(rows[i].Values.Mean))
            .GroupBy(i => rows[i].Scope!, StringComparer.Ordinal).ToList();
        var names = ScopeNames([.. groups.Select(g => scopes[g.First()]!)]);
        foreach (var (group, name) in groups.Zip(names))
        {
            var order = group.OrderBy(i => metric.Direction == Direction.Lower ? rows[i].Values.Mean : -rows[i].Values.Mean)
                .ToList();
            for (var place = 0; place < order.Count; place++)
            {
                var tied = place > 0 && rows[order[place]].Values.Mean.Equals(rows[order[place - 1]].Values.Mean);
                var rank = tied ? rows[order[place - 1]].Rank : place + 1;
                rows[order[place]] = rows[order[place]] with { Rank = rank, Best = rank == 1 && order.Count > 1 };
            }

            if (order.Count > 1)
            {
                var (best, second) = (rows[order[0]], rows[order[1]]);
                var contest = new Contest(name, best, second, MeanDifference.Between(best, second));
                rows[order[0]] = best with { Separated = contest.Separated };
                contests.Add(contest with { Best = rows[order[0]] });
            }
        }

        return (rows, contests, scopes.Count(s => s is null));
    }

    /// <returns>Null where the cell joins what must not be compared.</returns>
    private List<string>? ScopeOf(CellTrials cell)
    {
        var scope = new List<string>();
        foreach (var path in Paths(metric))
        {
            if (index.ColumnOf(path) is not { } column)
            {
                scope.Add("");
                continue;
            }

            if (cell.Common(column) is not { } code)
                return null;

            scope.Add(Part(path, index.Value(column, code)?.Text ?? ""));
        }

        return scope;
    }

    /// <summary>Paths in which trials must agree, so that their values mean the same.</summary>
    public static IReadOnlyList<string> Paths(Metric metric) => metric.IsLikelihood ? [.. _data, Likelihood] : _data;

    /// <summary>The two Gaussian decoders differ in how they make their variance, not in what they are a density of.</summary>
    public static string Part(string path, string value) =>
        path == Likelihood && value.StartsWith("gaussian", StringComparison.Ordinal) ? "gaussian" : value;

    /// <summary>Only what tells the scopes apart.</summary>
    public static List<string> ScopeNames(List<List<string>> scopes) =>
        [.. scopes.Select(scope =>
            string.Join(", ", scope.Where((part, i) => part.Length > 0 && scopes.Exists(other => other[i] != part))))];
}
