using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace VaeSweep.Results;

internal static class TextRenderer
{
    /// <summary>In front of the best where there is no bold.</summary>
    public const string BestMark = "▸ ";

    public static string Render(Table table, Terminal terminal)
    {
        table = Seen(table);
        using var text = new StringWriter();
        var console = TerminalConsole.Create(text, terminal);
        var columns = Enumerable.Range(0, table.Columns.Count).ToList();
        var hidden = HideToFit(table, columns, terminal.Width);
        if (table.Caption is not null)
            console.WriteLine(table.Caption);

        if (table.Rows.Count > 0)
        {
            var grid = new Spectre.Console.Table { Border = TableBorder.Simple, UseSafeBorder = false };
            foreach (var i in columns)
            {
                var heading = new TableColumn(new Markup(Markup.Escape(table.Columns[i].Heading))) { NoWrap = !terminal.Ansi };
                grid.AddColumn(table.Columns[i].Number ? heading.RightAligned() : heading);
            }

            foreach (var row in table.Rows)
                grid.AddRow(columns.Select(i => (IRenderable)Format(row[i], terminal)));

            console.Write(grid);
        }

        if (hidden.Count > 0)
            console.WriteLine($"(not shown for want of width: {string.Join(", ", hidden)}; --format csv has everything)");

        foreach (var note in table.Notes ?? [])
            console.WriteLine(note);

        return TrimLineEnds(text.ToString());
    }

    // Values may come from anywhere: a trainer's last words, a name that somebody typed.
    private static Table Seen(Table table) => table with
    {
        Rows = [.. table.Rows.Select(row => row.Any(cell => Visible.Lines(cell.Text) != cell.Text)
            ? (IReadOnlyList<Cell>)[.. row.Select(cell => cell with { Text = Visible.Lines(cell.Text) })] : row)],
    };

    // Padding up to the last column's width is noise in files and in copied text.
    private static string TrimLineEnds(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);

        return new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString();
    }

    // Without bold the best is marked, so that a pipe loses nothing; in front, where it leaves the digits aligned.
    private static Markup Format(Cell cell, Terminal terminal)
    {
        var text = Markup.Escape(cell.Bold && !terminal.Ansi ? BestMark + cell.Text : cell.Text);
        var style = cell.Tone switch
        {
            Tone.Good => "green",
            Tone.Bad => "red",
            Tone.Busy => "yellow",
            Tone.Faint => "dim",
            _ => "",
        };
        style = cell.Bold ? $"bold {style}".Trim() : style;
        return new Markup(style.Length == 0 || text.Length == 0 ? text : $"[{style}]{text}[/]");
    }

    /// <summary>Characters that a table is wide with all of its columns.</summary>
    public static int Width(Table table) => Widths(table).Sum();

    private static List<int> Widths(Table table) => [.. Enumerable.Range(0, table.Columns.Count)
        .Select(
            i => Math.Max(table.Columns[i].Heading.Length, table.Rows.Select(r => r[i].Text.Length + (r[i].Bold ? 2 : 0))
                .DefaultIfEmpty().Max()) + 4)];

    private static List<string> HideToFit(Table table, List<int> columns, int width)
    {
        var widths = Widths(table);
        var hidden = new List<string>();
        while (columns.Sum(i => widths[i]) > width)
        {
            var candidate = columns.Where(i => table.Columns[i].Optional > 0).OrderByDescending(i => table.Columns[i].Optional)
                .Cast<int?>().FirstOrDefault();
            if (candidate is not { } column)
                break;

            columns.Remove(column);
            hidden.Add(table.Columns[column].Heading);
        }

        return hidden;
    }
}
