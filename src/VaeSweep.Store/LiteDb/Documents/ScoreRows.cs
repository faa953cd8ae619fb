namespace VaeSweep.Store.LiteDb;

/// <summary>A <see cref="ColumnBlock"/> that grows row by row.</summary>
internal sealed class ScoreRows
{
    private readonly List<long> _trials = [];
    private readonly Dictionary<string, List<double>> _columns = new(StringComparer.Ordinal);

    public ScoreRows()
    {
    }

    public ScoreRows(ColumnBlock block)
    {
        _trials.AddRange(block.Trials);
        foreach (var (name, values) in block.Columns)
            _columns.Add(name, [.. values]);
    }

    public int Count => _trials.Count;

    public void Begin(long trial) => _trials.Add(trial);

    /// <summary>A value of the row that was begun last.</summary>
    public void Add(string column, double value)
    {
        if (!_columns.TryGetValue(column, out var values))
            _columns.Add(column, values = []);
        Pad(values, _trials.Count - 1);
        values.Add(value);
    }

    public ColumnBlock ToBlock()
    {
        foreach (var values in _columns.Values)
            Pad(values, _trials.Count);
        return new ColumnBlock([.. _trials],
            _columns.ToDictionary(one => one.Key, one => one.Value.ToArray(), StringComparer.Ordinal));
    }

    private static void Pad(List<double> values, int count)
    {
        while (values.Count < count)
            values.Add(double.NaN);
    }
}
