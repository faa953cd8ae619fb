namespace VaeSweep.Results.Tests;

public sealed class RowSinkTests
{
    private static readonly string[] _columns = ["name", "value \u001b[31m", "blob"];

    private static readonly object?[][] _rows =
    [
        ["plain", 1L, null],
        ["a,\"b\"\nc\ttab \u001b[2J \u202e \0", 1.0 / 3, new byte[] { 0, 255 }],
        [null, double.PositiveInfinity, "≈"],
    ];

    [Theory]
    [InlineData(OutputFormat.Csv)]
    [InlineData(OutputFormat.Json)]
    [InlineData(OutputFormat.Jsonl)]
    public void Rows_that_are_written_while_they_come_are_those_of_a_whole_table(OutputFormat format)
    {
        var table = new Table(
            [.. _columns.Select(name => new Column(name))],
            [.. _rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(Cell.Of)])]);

        Assert.Equal(table.Render(format, Terminal.Plain), Written(format, _rows));
        Assert.Equal((table with { Rows = [] }).Render(format, Terminal.Plain), Written(format, []));
    }

    [Theory]
    [InlineData(OutputFormat.Csv)]
    [InlineData(OutputFormat.Jsonl)]
    public void Many_rows_are_passed_on_before_the_last_one_has_come(OutputFormat format)
    {
        using var text = new StringWriter();
        using var sink = RecordSink.Of(format, text)!;
        sink.Begin(_columns);
        for (var i = 0; i < 20_000; i++)
            Assert.True(sink.Add(["abcdefgh", (long)i, null]));

        Assert.InRange(text.GetStringBuilder().Length, 300_000, 2_000_000);
    }

    [Theory]
    [InlineData(OutputFormat.Text)]
    [InlineData(OutputFormat.Md)]
    public void No_control_character_of_a_value_or_a_column_reaches_the_terminal(OutputFormat format)
    {
        foreach (var terminal in (Terminal[])[Terminal.Plain, new Terminal(Ansi: true, Color: false, Width: 200)])
        {
            var sink = new TableSink();
            sink.Begin(_columns);
            Assert.All(_rows, row => Assert.True(sink.Add(row)));

            var text = sink.Table.Render(format, terminal);

            var values = text.Replace("\u001b[0m", "", StringComparison.Ordinal);
            Assert.DoesNotContain(values, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.Contains("""c\ttab \x1b[2J \u202e \x00""", text, StringComparison.Ordinal);
            Assert.Contains("""value \x1b[31m""", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tables_of_other_commands_show_no_control_characters_either_and_keep_their_lines()
    {
        var table = new Table([new Column("reason")], [["first \u009b1m\nsecond"]]);

        var text = table.Render(OutputFormat.Text, Terminal.Plain);

        Assert.Contains("first \\x9b1m\n", text, StringComparison.Ordinal);
        Assert.Contains("second", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_ends_where_nobody_reads_on_by_rows_and_by_width()
    {
        var (narrow, wide) = (new TableSink(), new TableSink());
        narrow.Begin(["a", "b"]);
        wide.Begin(["a"]);

        while (narrow.Add([1L, "x"]))
        {
        }

        Assert.True(wide.Add([new string('x', 50_000)]));
        while (wide.Add(["x"]))
        {
        }

        Assert.Equal((TableSink.MostCells / 2, false), (narrow.Count, narrow.CutValues));
        Assert.True(wide.CutValues);
        Assert.InRange(wide.Count, 1000, 2000);
        Assert.Equal(10_001, wide.Table.Rows[0][0].Text.Length);
    }

    private static string Written(OutputFormat format, object?[][] rows)
    {
        using var text = new StringWriter();
        using (var sink = RecordSink.Of(format, text)!)
        {
            sink.Begin(_columns);
            Assert.All(rows, row => Assert.True(sink.Add(row)));
            sink.End();
        }

        return text.ToString();
    }
}
