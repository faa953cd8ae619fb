namespace VaeSweep.Results;

/// <summary>Writes comparison tables in every format.</summary>
public static class ComparisonRenderer
{
    /// <summary>Writes several tables: one array in JSON, one after the other elsewhere; one alone is written as
    /// itself.</summary>
    public static string Render(IReadOnlyList<ComparisonTable> tables, OutputFormat format, Terminal terminal)
    {
        var rendered = tables.Select(t => Render(t, format, terminal)).ToList();
        return rendered.Count == 1 ? rendered[0]
            : format == OutputFormat.Json ? $"[{string.Join(",", rendered.Select(r => r.TrimEnd('\n')))}]\n"
            : string.Join("\n", rendered);
    }

    /// <summary>A comparison as people read it, whatever shows it: columns, cells with their marks, footnotes.</summary>
    public static Table Shown(ComparisonTable table) => table.Across.Count > 0
        ? ComparisonPivot.Of(table, OutputFormat.Html, Terminal.Plain)
        : ComparisonList.Of(table, OutputFormat.Html, Terminal.Plain);

    /// <returns>Text that ends with a line feed.</returns>
    public static string Render(ComparisonTable table, OutputFormat format, Terminal terminal) => format switch
    {
        OutputFormat.Json => ComparisonJson.Write(table),
        OutputFormat.Jsonl or OutputFormat.Csv => ComparisonRecords.Of(table).Render(format, terminal),
        _ when table.Across.Count > 0 => ComparisonPivot.Of(table, format, terminal).Render(format, terminal),
        _ => ComparisonList.Of(table, format, terminal).Render(format, terminal),
    };
}
