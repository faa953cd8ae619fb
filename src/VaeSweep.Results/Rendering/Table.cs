namespace VaeSweep.Results;

/// <summary>Rows to show in any of the formats.</summary>
/// <param name="Caption">Above the table, in the formats made for people.</param>
/// <param name="Notes">Below it, in the formats made for people.</param>
public sealed record Table(IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows, string? Caption = null,
    IReadOnlyList<string>? Notes = null)
{
    /// <summary>Writes the table in a format.</summary>
    /// <returns>Text that ends with a line feed.</returns>
    public string Render(OutputFormat format, Terminal terminal) => format switch
    {
        OutputFormat.Text => TextRenderer.Render(this, terminal),
        OutputFormat.Json => JsonRenderer.Render(this),
        OutputFormat.Csv => CsvRenderer.Render(this),
        OutputFormat.Md => MarkdownRenderer.Render(this),
        OutputFormat.Latex => LatexRenderer.Render(this),
        OutputFormat.Html => HtmlRenderer.Render(this),
        OutputFormat.Jsonl => JsonRenderer.RenderLines(this),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "not a format"),
    };
}
