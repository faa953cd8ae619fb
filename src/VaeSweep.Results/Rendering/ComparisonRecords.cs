namespace VaeSweep.Results;

/// <summary>A comparison table as one flat record a cell, numbers unrounded.</summary>
internal static class ComparisonRecords
{
    private static readonly string[] _values =
    [
        "n", "mean", "sd", "ci95_low", "ci95_high", "reference", "difference", "source", "rank", "best", "separated", "trials",
        "ended_early", "incomplete",
    ];

    private static readonly string[] _found = ["search_n", "search_mean"];

    private static readonly string[] _versus =
        ["versus", "versus_low", "versus_high", "versus_test", "versus_pairs", "versus_unpaired", "versus_p", "versus_p_holm",
            "seeds_for_80_percent_power"];

    public static Table Of(ComparisonTable table)
    {
        var columns = table.By.Concat(table.Across).Concat(_values)
            .Concat(table.Rows.Any(row => row.Confirms) ? _found : [])
            .Concat(table.HasVersus ? _versus : [])
            .Concat(table.More.SelectMany(m => new[] { $"{m.Name}_n", $"{m.Name}_mean", $"{m.Name}_sd" }))
            .Select(name => new Column(name));
        return new Table([.. columns], [.. table.Rows.Select(row => Record(table, row))]);
    }

    private static IReadOnlyList<Cell> Record(ComparisonTable table, ComparisonRow row)
    {
        var values = row.Values;
        List<Cell> cells =
        [
            .. row.By.Concat(row.Across).Select(v => new Cell(v is null ? null : new RawJson(v.Json), v?.Text ?? "")),
            values.N, Cell.Of(values.Mean), Cell.Of(values.StandardDeviation), Cell.Of(values.Low), Cell.Of(values.High),
            Cell.Of(row.Published?.Value), Cell.Of(row.Difference), row.Published?.Source, Cell.Of(row.Rank), Cell.Of(row.Best),
            Cell.Of(row.Separated), row.Trials,
            row.EndedEarly, row.Incomplete,
        ];
        if (table.Rows.Any(one => one.Confirms))
            cells.AddRange([Cell.Of(row.Found?.N), Cell.Of(row.Found?.Mean)]);
        if (table.HasVersus)
        {
            cells.AddRange(row.Versus is { } versus
                ?
                [
                    Cell.Of(versus.Value), Cell.Of(versus.Low), Cell.Of(versus.High), versus.Test.ToString()
                        .ToLowerInvariant(), versus.Pairs, versus.UnpairedFirst.Count + versus.UnpairedSecond.Count,
                    Cell.Of(versus.P),
                    Cell.Of(row.AdjustedP), Cell.Of(versus.SeedsNeeded),
                ]
                : Enumerable.Repeat(default(Cell), _versus.Length));
        }

        cells.AddRange(table.More.SelectMany(m =>
            new[] { (Cell)row.More[m.Name].N, Cell.Of(row.More[m.Name].Mean), Cell.Of(row.More[m.Name].StandardDeviation) }));
        return cells;
    }
}
