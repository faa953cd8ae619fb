using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Writes comparison tables in every format.</summary>
public static class ComparisonRenderer
{
    /// <summary>Writes several tables: one array in JSON, one after the other elsewhere; one alone is written as itself.</summary>
    public static string Render(IReadOnlyList<ComparisonTable> tables, OutputFormat format, Terminal terminal)
    {
        var rendered = tables.Select(t => Render(t, format, terminal)).ToList();
        return rendered.Count == 1 ? rendered[0]
            : format == OutputFormat.Json ? $"[{string.Join(",", rendered.Select(r => r.TrimEnd('\n')))}]\n"
            : string.Join("\n", rendered);
    }

    /// <returns>Text that ends with a line feed.</returns>
    public static string Render(ComparisonTable table, OutputFormat format, Terminal terminal) => format switch
    {
        OutputFormat.Json => Json(table),
        OutputFormat.Csv => Flat(table).Render(format, terminal),
        _ => ForPeople(table, format, terminal).Render(format, terminal),
    };

    private static string Json(ComparisonTable table) => JsonRenderer.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("sweep", table.Sweep);
        writer.WriteString("metric", table.Metric.Name);
        writer.WriteString("unit", table.Metric.Unit);
        writer.WriteString("direction", Name(table.Metric.Direction));
        writer.WriteStartArray("by");
        foreach (var path in table.By)
        {
            writer.WriteStringValue(path);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("by");
            for (var i = 0; i < table.By.Count; i++)
            {
                writer.WritePropertyName(table.By[i]);
                writer.WriteRawValue(row.By[i]?.Json ?? "null");
            }

            writer.WriteEndObject();
            writer.WriteNumber("n", row.Values.N);
            Number("mean", row.Values.Mean);
            Number("sd", row.Values.StandardDeviation);
            writer.WritePropertyName("ci95");
            JsonRenderer.WriteValue(writer, double.IsNaN(row.Values.Low) ? null : new[] { row.Values.Low, row.Values.High });
            Number("reference", row.Published?.Value ?? double.NaN);
            Number("difference", row.Difference);
            writer.WriteString("source", row.Published?.Source);
            writer.WriteBoolean("best", row.Best);
            writer.WriteNumber("trials", row.Trials);
            writer.WriteStartObject("states");
            foreach (var (state, count) in row.States.OrderBy(s => s.Key))
            {
                writer.WriteNumber(Name(state), count);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();

        void Number(string name, double value)
        {
            writer.WritePropertyName(name);
            JsonRenderer.WriteNumber(writer, value);
        }
    });

    private static Table Flat(ComparisonTable table)
    {
        var columns = table.By.Select(path => new Column(path)).Concat(
            new[] { "n", "mean", "sd", "ci95_low", "ci95_high", "reference", "difference", "source", "best", "trials", "incomplete" }.Select(n => new Column(n)));
        var rows = table.Rows.Select(row => (IReadOnlyList<Cell>)
        [
            .. row.By.Select(v => new Cell(v?.Text, v?.Text ?? "")),
            row.Values.N, Cell.Of(row.Values.Mean), Cell.Of(row.Values.StandardDeviation), Cell.Of(row.Values.Low), Cell.Of(row.Values.High),
            Cell.Of(row.Published?.Value), Cell.Of(row.Difference), row.Published?.Source, Cell.Of(row.Best), row.Trials, row.Incomplete,
        ]);
        return new Table([.. columns], [.. rows]);
    }

    private static Table ForPeople(ComparisonTable table, OutputFormat format, Terminal terminal)
    {
        var several = table.Rows.Any(r => r.Values.N > 1);
        var published = table.Rows.Any(r => r.Published is not null);
        var incomplete = table.Rows.Any(r => r.Incomplete.Length > 0);
        var digits = Digits(table);
        string Fixed(double value) => double.IsNaN(value) ? "-" : value.ToString("F" + digits, CultureInfo.InvariantCulture);

        var titles = ShortNames(table.By);
        var columns = new List<Column>(table.By.Select((path, i) => new Column(path, titles[i], Number: table.Rows.All(r => r.By[i] is null || !double.IsNaN(r.By[i]!.Number)))))
        {
            new("n", Number: true),
            new("mean", several ? "mean ± sd" : table.Metric.Name, Number: true),
        };
        Add(several, new Column("ci95", "95 % interval", Number: true, Optional: 2));
        Add(published, new Column("reference", "published", Number: true));
        Add(published, new Column("difference", "ours - published", Number: true, Optional: 1));
        Add(published, new Column("source", "source", Optional: 3));
        Add(incomplete, new Column("incomplete", "not in the mean"));

        var rows = table.Rows.Select(row =>
        {
            var values = row.Values;
            var mean = values.N > 1 ? $"{Fixed(values.Mean)} ± {Fixed(values.StandardDeviation)}" : Fixed(values.Mean);
            var cells = new List<Cell>(row.By.Select(v => new Cell(v?.Text, v?.Text ?? "-"))) { values.N, new(values.Mean, mean, row.Best) };
            if (several)
            {
                cells.Add(values.N > 1 ? $"[{Fixed(values.Low)}, {Fixed(values.High)}]" : "");
            }

            if (published)
            {
                cells.Add(row.Published is null ? "" : row.Published.Value.ToString("G7", CultureInfo.InvariantCulture));
                cells.Add(double.IsNaN(row.Difference) ? "" : row.Difference.ToString($"+0.{new string('0', digits)};-0.{new string('0', digits)}", CultureInfo.InvariantCulture));
                cells.Add(row.Published?.Source);
            }

            if (incomplete)
            {
                cells.Add(new Cell(row.Incomplete, row.Incomplete, Tone: row.States.ContainsKey(TrialState.Failed) ? Tone.Bad : Tone.Busy));
            }

            return (IReadOnlyList<Cell>)cells;
        });

        return new Table(columns, [.. rows], Caption(table), Notes(table, format, terminal));

        void Add(bool wanted, Column column)
        {
            if (wanted)
            {
                columns.Add(column);
            }
        }
    }

    private static string Caption(ComparisonTable table)
    {
        var explanation = table.Metric.Explanation;
        return $"{table.Sweep}: {table.Metric.Name}{(explanation.Length == 0 ? "" : $" ({explanation})")}, {table.Trials} {(table.Trials == 1 ? "trial" : "trials")}";
    }

    private static List<string> Notes(ComparisonTable table, OutputFormat format, Terminal terminal)
    {
        var notes = new List<string>();
        if (format == OutputFormat.Text && !terminal.Ansi && table.Rows.Any(r => r.Best))
        {
            notes.Add("* best mean");
        }

        notes.AddRange(table.Unmatched.Select(p =>
            $"published {p.Metric} {p.Value.ToString("G7", CultureInfo.InvariantCulture)} ({p.Source}) belongs to no row: {p.Where}"));
        return notes;
    }

    // Two digits of the usual spread: more would be noise, fewer would hide it. Not of the smallest: two seeds may agree by chance.
    private static int Digits(ComparisonTable table)
    {
        var spreads = table.Rows.Select(r => r.Values.StandardDeviation).Where(d => d > 0 && double.IsFinite(d)).Order().ToList();
        return spreads.Count == 0 ? 2 : Math.Clamp(1 - (int)Math.Floor(Math.Log10(spreads[(spreads.Count - 1) / 2])), 1, 4);
    }

    // `model.decoder` is `decoder` in a heading as long as no other path of the table ends so.
    private static List<string> ShortNames(IReadOnlyList<string> paths) =>
        [.. paths.Select(path => paths.Count(p => Last(p) == Last(path)) == 1 ? Last(path) : path)];

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
