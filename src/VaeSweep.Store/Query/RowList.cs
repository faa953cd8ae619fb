namespace VaeSweep.Store;

/// <summary>Keeps the first rows of an answer: as many as were asked for, and as fit into its room.</summary>
internal sealed class RowList(int mostRows) : IRowSink
{
    private const long MostBytes = 128 << 20;
    private const int ObjectBytes = 24;

    private readonly List<object?[]> _rows = [];
    private IReadOnlyList<string> _columns = [];
    private long _bytes;
    private bool _more;

    public QueryResult Result => new(_columns, _rows, _more);

    public void Begin(IReadOnlyList<string> columns) => _columns = columns;

    public bool Add(object?[] row)
    {
        _bytes += ObjectBytes;
        foreach (var value in row)
            _bytes += sizeof(long) + SizeOf(value);
        _more = _rows.Count == mostRows || _bytes > MostBytes;
        if (!_more)
            _rows.Add(row);
        return !_more;
    }

    private static long SizeOf(object? value) => value switch
    {
        null => 0,
        string text => ObjectBytes + ((long)text.Length * sizeof(char)),
        byte[] bytes => ObjectBytes + bytes.LongLength,
        _ => ObjectBytes,
    };
}
