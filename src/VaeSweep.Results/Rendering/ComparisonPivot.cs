using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>A comparison table for people with the values of some paths across.</summary>
internal static class ComparisonPivot
{
    /// <summary>Each cell with its interval, unless the screen is too narrow for that.</summary>
    public static Table Of(ComparisonTable table, OutputFormat format, Terminal terminal)
    {
        var whole = Of(table, format, terminal, intervals: true);
        return format == OutputFormat.Text && TextRenderer.Width(whole) > terminal.Width
            ? Of(table, format, terminal, intervals: false) : whole;
    }

    private static Table Of(ComparisonTable table, OutputFormat format, Terminal terminal, bool intervals)
    {
        var text = new ComparisonText(table);
        var names = ComparisonText.ShortNames([.. table.By, .. table.Across]);
        var headings = table.Rows.Select(r => r.Across).DistinctBy(Key, StringComparer.Ordinal)
            .Order(Comparer<IReadOnlyList<SettingValue?>>.Create(Compare)).ToList();
        var usual = table.Rows.Where(r => r.Values.N > 0).GroupBy(r => r.Values.N).MaxBy(g => g.Count())?.Key ?? 0;
        List<Column> columns =
        [
            .. table.By.Select((path, i) =>
                new Column(path, names[i], table.Rows.All(r => r.By[i] is null || !double.IsNaN(r.By[i]!.Number)))),
            .. headings.Select(
                h => new Column(Key(h), string.Join(", ", h.Select((v, i) => $"{names[table.By.Count + i]}={v?.Text ?? "-"}")),
                    Number: true)),
        ];
        var lines = table.Rows.GroupBy(r => Key(r.By), StringComparer.Ordinal).Select(line =>
        {
            var cells = line.ToDictionary(r => Key(r.Across), StringComparer.Ordinal);
            return (IReadOnlyList<Cell>)
            [
                .. line.First().By.Select(v => new Cell(v?.Text, v?.Text ?? "-")),
                .. headings.Select(h => cells.TryGetValue(Key(h), out var row) ? Write(row, text, usual, intervals) : (Cell)""),
            ];
        });

        var notes = ComparisonNotes.Of(table, text, format, terminal);
        if (!intervals && text.Several)
            notes.Insert(1, "the intervals want a wider screen: a pipe, csv and json have them");

        notes.Insert(0, $"n = {usual} unless a cell says otherwise");
        notes.AddRange(table.Rows.Where(r => r.Incomplete.Length > 0)
            .Select(r => $"‡ {text.Name(r)}: {r.Incomplete}, not in the mean"));
        IReadOnlyList<string> left =
            [.. !table.HasVersus ? Array.Empty<string>() : ["differences with their intervals, p values and seeds needed"],
                .. table.More.Select(m => m.Name)];
        notes.AddRange(left.Count == 0
            ? [] : [$"{string.Join(", ", left)}: in the formats csv and json, or with rows in place of columns"]);
        return new Table(columns, [.. lines], text.Caption, notes);
    }

    private static Cell Write(ComparisonRow row, ComparisonText text, int usual, bool interval)
    {
        var written = text.Mean(row.Values);
        if (interval && row.Values.N > 1)
            written += $" {text.Interval(row.Values)}";

        if (row.Values.N != usual && row.Values.N > 0)
            written += string.Create(CultureInfo.InvariantCulture, $" (n={row.Values.N})");

        if (row.Published is { } paper)
            written += $" (published {paper.Value.ToString("g7", CultureInfo.InvariantCulture)})";

        written += ComparisonText.Stars(row.AdjustedP) is { Length: > 0 } stars ? $" {stars}" : "";
        written += ComparisonText.Marks(row) + (row.Incomplete.Length > 0 ? " ‡" : "");
        return new Cell(row.Values.Mean, written, row.Separated, row.States.ContainsKey(TrialState.Failed)
            ? Tone.Bad : Tone.Plain);
    }

    private static string Key(IReadOnlyList<SettingValue?> values) => string.Join('\u0001', values.Select(v => v?.Json ?? ""));

    private static int Compare(IReadOnlyList<SettingValue?> a, IReadOnlyList<SettingValue?> b) =>
        a.Zip(b, SettingValue.Compare).FirstOrDefault(order => order != 0);
}
