using System.Text;

namespace VaeSweep.Results;

internal static class MarkdownRenderer
{
    public static string Render(Table table)
    {
        var text = new StringBuilder();
        if (table.Caption is not null)
            text.Append(table.Caption).Append("\n\n");

        text.Append('|');
        foreach (var column in table.Columns)
            text.Append(' ').Append(Escape(column.Heading)).Append(" |");

        text.Append("\n|");
        foreach (var column in table.Columns)
            text.Append(column.Number ? " ---: |" : " --- |");

        text.Append('\n');
        foreach (var row in table.Rows)
        {
            text.Append('|');
            foreach (var cell in row)
            {
                var escaped = Escape(cell.Text);
                text.Append(' ').Append(cell.Bold ? $"**{escaped}**" : escaped).Append(" |");
            }

            text.Append('\n');
        }

        foreach (var note in table.Notes ?? [])
            text.Append('\n').Append(note).Append('\n');

        return text.ToString();
    }

    private static string Escape(string text) =>
        Visible.Line(text.ReplaceLineEndings(" ")).Replace("|", "\\|", StringComparison.Ordinal);
}
