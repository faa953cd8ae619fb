using Parquet;
using Parquet.Schema;

namespace VaeSweep.Results;

/// <summary>A column of a Parquet file; any value may be absent.</summary>
/// <param name="Type">string, long, double, bool or DateTime (UTC).</param>
internal sealed record ParquetColumn(string Name, Type Type);

/// <summary>Writes rows into a Parquet file, as many at once as memory should hold.</summary>
internal sealed class ParquetFile : IAsyncDisposable
{
    private const int RowsAtOnce = 50_000;

    private readonly ParquetWriter _writer;
    private readonly IReadOnlyList<ParquetColumn> _columns;
    private readonly DataField[] _fields;
    private readonly List<object?[]> _rows = [];

    private ParquetFile(ParquetWriter writer, IReadOnlyList<ParquetColumn> columns, DataField[] fields) =>
        (_writer, _columns, _fields) = (writer, columns, fields);

    public static async Task<ParquetFile> BeginAsync(
        Stream stream, IReadOnlyList<ParquetColumn> columns, CancellationToken cancellationToken)
    {
        DataField[] fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: true))];
        var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, cancellationToken: cancellationToken);
        return new ParquetFile(writer, columns, fields);
    }

    /// <param name="row">One value a column, of its type or null.</param>
    public async Task AddAsync(object?[] row, CancellationToken cancellationToken)
    {
        _rows.Add(row);
        if (_rows.Count == RowsAtOnce)
            await WriteAsync(cancellationToken);
    }

    /// <summary>Writes what waits; without it the file lacks its last rows.</summary>
    public Task EndAsync(CancellationToken cancellationToken) =>
        _rows.Count == 0 ? Task.CompletedTask : WriteAsync(cancellationToken);

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var group = _writer.CreateRowGroup();
        for (var i = 0; i < _fields.Length; i++)
        {
            var (field, values) = (_fields[i], _rows.Select(row => row[i]));
            await (_columns[i].Type switch
            {
                var type when type == typeof(string) => group.WriteAsync(field, [.. values.Cast<string?>()]),
                var type when type == typeof(long) => NumbersAsync<long>(field, values),
                var type when type == typeof(double) => NumbersAsync<double>(field, values),
                var type when type == typeof(bool) => NumbersAsync<bool>(field, values),
                var type when type == typeof(DateTime) => NumbersAsync<DateTime>(field, values),
                var type => throw new InvalidOperationException($"No way to write a {type.Name}."),
            });
        }

        group.CompleteValidate();
        _rows.Clear();

        Task NumbersAsync<T>(DataField field, IEnumerable<object?> values)
            where T : struct => group.WriteAsync<T>(
                field, values.Select(value => (T?)value).ToArray().AsMemory(), cancellationToken: cancellationToken);
    }
}
