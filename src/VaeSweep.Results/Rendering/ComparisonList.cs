using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>A comparison table for people with one line a cell.</summary>
internal static class ComparisonList
{
    public static Table Of(ComparisonTable table, OutputFormat format, Terminal terminal)
    {
        var text = new ComparisonText(table);
        var titles = ComparisonText.ShortNames(table.By);
        var parts = new List<(Column Column, Func<ComparisonRow, Cell> Cell)>();
        for (var i = 0; i < table.By.Count; i++)
        {
            var place = i;
            var numbers = table.Rows.All(r => r.By[place] is null || !double.IsNaN(r.By[place]!.Number));
            parts.Add((new Column(table.By[i], titles[i], numbers), r => new Cell(r.By[place]?.Text, r.By[place]?.Text ?? "-")));
        }

        parts.Add((new("n", Number: true), r => r.Values.N));
        parts.Add((new("mean", text.Several ? "mean ± sd" : table.Metric.Name, Number: true),
            r => new Cell(r.Values.Mean, text.Mean(r.Values) + ComparisonText.Marks(r), r.Separated)));
        if (text.Several)
            parts.Add((new("ci95", "95 % interval", Number: true, Optional: 3), r => text.Interval(r.Values)));

        if (table.Rows.Any(r => r.Found is { N: > 0 }))
        {
            parts.Add((new("search", "search said", Number: true, Optional: 1), r => r.Found is { } found
                ? new Cell(found.Mean, text.Mean(found)) : ""));
        }

        if (table.Rows.Count(r => r.Rank is not null) > 1)
        {
            parts.Add(
                (new("rank", Number: true, Optional: 2), r =>
                    new Cell(r.Rank, r.Rank?.ToString(CultureInfo.InvariantCulture) ?? "")));
        }

        AddVersus(parts, table, text);
        AddPublished(parts, table, text);
        foreach (var metric in table.More)
            parts.Add((new(metric.Name, Number: true, Optional: 1), r => text.Mean(metric, r.More[metric.Name])));

        if (table.Rows.Any(r => r.Incomplete.Length > 0))
        {
            parts.Add((new("incomplete", "not in the mean"),
                r => new Cell(r.Incomplete, r.Incomplete, Tone: r.States.ContainsKey(TrialState.Failed) ? Tone.Bad : Tone.Busy)));
        }

        return new Table(
            [.. parts.Select(p => p.Column)],
            [.. table.Rows.Select(row => (IReadOnlyList<Cell>)[.. parts.Select(p => p.Cell(row))])],
            text.Caption, ComparisonNotes.Of(table, text, format, terminal));
    }

    private static void AddVersus(
        List<(Column Column, Func<ComparisonRow, Cell> Cell)> parts, ComparisonTable table, ComparisonText text)
    {
        if (!table.HasVersus)
            return;

        var name = table.Baseline is not { } baseline ? "best" : string.Join(
            ", ", ComparisonText.ShortNames([.. baseline.Keys]).Zip(baseline.Values, (path, value) => $"{path}={value}"));
        var itself = table.Baseline is null ? "best" : "baseline";
        parts.Add(
            (new("versus", $"minus {name}", Number: true), r => r.IsBaseline ? itself : r.Incomparable
                ? "not comparable" : r.Versus is { } v
            ? $"{text.Signed(v.Value)}{(v.Test == MeanTest.Welch ? " w" : v.HasUnpaired ? $" (n={v.Pairs})" : "")}"
            + $"{(ComparisonText.Stars(r.AdjustedP) is { Length: > 0 } stars ? " " + stars : "")}" : ""));
        parts.Add(
            (new("versus_ci95", "its 95 % interval", Number: true, Optional: 4), r => r.Versus is { } v ? text.Interval(v) : ""));
        parts.Add((new("p_holm", "p (Holm)", Number: true, Optional: 3),
            r => double.IsNaN(r.AdjustedP) ? "" : r.AdjustedP < 0.001
                ? "< 0.001" : r.AdjustedP.ToString("0.000", CultureInfo.InvariantCulture)));
        parts.Add(
            (new("seeds_needed", "seeds needed", Number: true, Optional: 4), r => ComparisonText.Seeds(r.Versus?.SeedsNeeded)));
    }

    private static void AddPublished(
        List<(Column Column, Func<ComparisonRow, Cell> Cell)> parts, ComparisonTable table, ComparisonText text)
    {
        if (table.Rows.All(r => r.Published is null))
            return;

        parts.Add(
            (new("reference", "published", Number: true), r => r.Published?.Value.ToString("g7", CultureInfo.InvariantCulture)
                ?? ""));
        parts.Add((new("difference", "ours - published", Number: true, Optional: 1), r => text.Signed(r.Difference)));
        parts.Add((new("source", "source", Optional: 5), r => r.Published?.Source));
    }
}
