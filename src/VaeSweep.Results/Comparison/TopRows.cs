namespace VaeSweep.Results;

/// <summary>The best rows of a table.</summary>
internal static class TopRows
{
    /// <summary>As many of each group of rows that can be compared, best first. Where paths go across, whole lines: each is as
    /// good as its best cell.</summary>
    /// <exception cref="ResultsException">Nothing is better or worse in the metric.</exception>
    public static ComparisonTable Of(ComparisonTable table, int top)
    {
        if (table.Metric.Direction == Direction.None)
        {
            throw new ResultsException($"--top wants a metric that is better low or high, and {table.Metric.Name} is neither. "
                + "`vaesweep table --metrics` shows which are.");
        }

        var lines = table.Rows
            .GroupBy(row => string.Join('\u0001', row.By.Select(value => value?.Json ?? "")), StringComparer.Ordinal)
            .Select(line => (Rows: line.ToList(), Best: line.Where(row => row.Rank is not null).MinBy(row => row.Rank)))
            .Where(line => line.Best is not null).ToList();
        return table with
        {
            Top = top,
            AllRows = table.Rows,
            Rows =
            [
                .. lines.GroupBy(line => line.Best!.Scope, StringComparer.Ordinal)
                    .SelectMany(scope => scope.OrderBy(line => line.Best!.Rank).Take(top)).SelectMany(line => line.Rows),
            ],
        };
    }
}
