using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace VaeSweep.Results;

internal static class TextRenderer
{
    /// <summary>What a column takes besides its text.</summary>
    private const int Around = 4;

    /// <summary>In front of the best where there is no bold.</summary>
    public const string BestMark = "▸ ";

    public static string Render(Table table, Terminal terminal)
    {
        table = Seen(table);
        using var text = new StringWriter();
        var columns = Enumerable.Range(0, table.Columns.Count).ToList();
        var hidden = HideToFit(table, columns, terminal.Width);
        table = Wrapped(table, columns, terminal.Width);
        // What cannot be narrower than the screen is wrapped by the screen: half words in a grid are worse to read.
        var console = TerminalConsole.Create(
            text, terminal with { Width = Math.Max(terminal.Width, columns.Sum(i => Widths(table)[i])) });
        if (table.Caption is not null)
            WriteLine(text, table.Caption, terminal);

        if (table.Rows.Count > 0)
        {
            var grid = new Spectre.Console.Table { Border = TableBorder.Simple, UseSafeBorder = false };
            foreach (var i in columns)
            {
                var heading = new TableColumn(new Markup(Markup.Escape(table.Columns[i].Heading))) { NoWrap = true };
                grid.AddColumn(table.Columns[i].Number ? heading.RightAligned() : heading);
            }

            foreach (var row in table.Rows)
                grid.AddRow(columns.Select(i => (IRenderable)Format(row[i], terminal)));

            console.Write(grid);
        }

        if (hidden.Count > 0)
            WriteLine(text, $"(not shown for want of width: {string.Join(", ", hidden)}; --format csv has everything)", terminal);

        foreach (var note in table.Notes ?? [])
            WriteLine(text, note, terminal);

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
        var style = !terminal.Color ? "" : cell.Tone switch
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
            i => Math.Max(Longest(table.Columns[i].Heading), table.Rows.Select(r => Longest(r[i].Text) + (r[i].Bold ? 2 : 0))
                .DefaultIfEmpty().Max()) + Around)];

    private static int Longest(string text) => text.Split('\n').Max(line => line.Length);

    /// <summary>Breaks cells between words, the widest columns first, until the table fits or nothing is left to break.</summary>
    private static Table Wrapped(Table table, List<int> columns, int width)
    {
        var widths = Widths(table);
        var excess = columns.Sum(i => widths[i]) - width;
        if (excess <= 0)
            return table;

        var least = columns.ToDictionary(
            i => i, i => Around + table.Rows.SelectMany(r => r[i].Text.Split(' ', '\n'))
                .Concat(table.Columns[i].Heading.Split(' ')).Max(w => w.Length));
        var narrow = new Dictionary<int, int>();
        foreach (var i in columns.Where(i => !table.Columns[i].Number).OrderByDescending(i => widths[i] - least[i]))
        {
            var less = Math.Min(excess, widths[i] - least[i]);
            if (less > 0)
                (narrow[i], excess) = (widths[i] - less - Around, excess - less);
        }

        return table with
        {
            Columns = [.. table.Columns.Select((c, i) =>
                narrow.TryGetValue(i, out var room) ? c with { Title = Broken(c.Heading, room) } : c)],
            Rows = [.. table.Rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select((cell, i) =>
                narrow.TryGetValue(i, out var room) ? cell with { Text = Broken(cell.Text, room) } : cell)])],
        };
    }

    /// <summary>Breaks lines between words; a longer word stays whole.</summary>
    private static string Broken(string text, int width)
    {
        var broken = new StringBuilder(text.Length + 8);
        var used = 0;
        foreach (var word in text.Split(' '))
        {
            var (first, last) = (word.IndexOf('\n', StringComparison.Ordinal), word.LastIndexOf('\n'));
            var head = first < 0 ? word.Length : first;
            if (used > 0)
                (used, _) = used + 1 + head > width ? (0, broken.Append('\n')) : (used + 1, broken.Append(' '));

            broken.Append(word);
            used = last < 0 ? used + word.Length : word.Length - last - 1;
        }

        return broken.ToString();
    }

    private static void WriteLine(StringWriter text, string line, Terminal terminal) =>
        text.Write(Broken(line, terminal.Width) + "\n");

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
