using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Rows of points that were trained again to confirm what a search had found: each is held against the best of
/// them.</summary>
internal static class ConfirmedRows
{
    /// <summary>The points that a table is made of: of each sweep those that confirm, where some have a value.</summary>
    public static IReadOnlyList<PointTrials> Of(IReadOnlyList<PointTrials> points, ConfigIndex index)
    {
        var sweep = index.ColumnOf(TrialReader.SweepPath);
        return
        [
            .. points.GroupBy(point => sweep is { } column ? ConfigIndex.CodeAt(point.Codes, column) : 0)
                .SelectMany(group => group.Any(point => point.Confirming?.Values[0]?.Count > 0)
                    ? group.Select(point => point.Confirming).OfType<PointTrials>() : group),
        ];
    }

    /// <summary>Tests all rows against the best of their contest, corrected by Holm.</summary>
    public static (List<ComparisonRow> Rows, List<Contest> Contests) HoldAgainstBest(
        IReadOnlyList<ComparisonRow> rows, IReadOnlyList<Contest> contests)
    {
        var bests = contests.ToDictionary(one => one.Best.Scope!, one => one.Best, StringComparer.Ordinal);
        var versus = rows.Select(row => row.Scope is { } scope && bests.TryGetValue(scope, out var best) && row != best
            && row.Values.N > 0 ? MeanDifference.Between(row, best) : null).ToList();
        var adjusted = Holm.Adjust([.. versus.Select(one => one?.P ?? double.NaN)]);
        var held = rows.Select((row, i) => row with
        {
            IsBaseline = row.Scope is { } scope && bests.GetValueOrDefault(scope) == row, Versus = versus[i],
            AdjustedP = adjusted[i],
        }).ToList();
        var told = contests.Select(contest =>
            contest with { AdjustedP = held[rows.Index().First(one => one.Item == contest.Second).Index].AdjustedP }).ToList();
        foreach (var contest in told)
        {
            var place = held.FindIndex(row => row.IsBaseline && row.Scope == contest.Best.Scope);
            held[place] = held[place] with { Separated = contest.Separated };
        }

        return (held, told);
    }
}
