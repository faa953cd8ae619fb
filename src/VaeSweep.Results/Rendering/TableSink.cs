using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Keeps the rows of a query for a table that a person reads: its columns are as wide as their widest value, so that all
/// must be there first. It ends where nobody reads on.</summary>
public sealed class TableSink : IRowSink
{
    /// <summary>Values of a table at most.</summary>
    public const int MostCells = 100_000;

    /// <summary>Characters of the whole table at most, with what fills its columns up.</summary>
    private const long MostArea = 16_000_000;

    /// <summary>Characters of one value; the rest is cut off. What is wider is wrapped by no terminal.</summary>
    private const int MostText = 10_000;

    private readonly List<IReadOnlyList<Cell>> _rows = [];
    private IReadOnlyList<string> _columns = [];
    private int[] _widths = [];
    private bool[] _numbers = [];

    public int Count => _rows.Count;

    /// <summary>A value was longer than what is shown of it.</summary>
    public bool CutValues { get; private set; }

    public Table Table => new(
        [.. _columns.Select((name, i) => new Column(Visible.Line(name), Number: _rows.Count > 0 && _numbers[i]))], _rows);

    public void Begin(IReadOnlyList<string> columns)
    {
        _columns = columns;
        _widths = [.. columns.Select(column => column.Length)];
        _numbers = [.. columns.Select(_ => true)];
    }

    public bool Add(object?[] row)
    {
        var cells = Array.ConvertAll(row, Shown);
        int[] widths = [.. cells.Zip(_widths, (cell, width) => Math.Max(width, cell.Text.Length))];
        if ((_rows.Count + 1L) * row.Length > MostCells || (_rows.Count + 1L) * widths.Sum(width => (long)width) > MostArea)
            return false;
        _widths = widths;
        for (var i = 0; i < row.Length; i++)
            _numbers[i] &= row[i] is null or long or double;
        _rows.Add(cells);
        return true;
    }

    private Cell Shown(object? value)
    {
        var cell = Cell.Of(value is string { Length: > MostText } text ? text[..MostText]
            : value is byte[] { Length: > MostText / 2 } bytes ? bytes[..(MostText / 2)] : value);
        var cut = value is string { Length: > MostText } or byte[] { Length: > MostText / 2 };
        CutValues |= cut;
        return cut ? cell with { Text = cell.Text + "…" } : cell;
    }
}
