using System.Text;
using SQLitePCL;

namespace VaeSweep.Store;

/// <summary>A prepared statement of a query's database.</summary>
internal sealed class MirrorStatement : IDisposable
{
    private readonly MirrorDatabase _db;
    private readonly sqlite3_stmt _handle;

    private MirrorStatement(MirrorDatabase db, sqlite3_stmt handle) => (_db, _handle) = (db, handle);

    /// <summary>Nothing but spaces and comments was to be prepared.</summary>
    public bool IsEmpty => _handle.IsInvalid;

    public bool OnlyReads => raw.sqlite3_stmt_readonly(_handle) != 0;

    public int ColumnCount => raw.sqlite3_column_count(_handle);

    public IReadOnlyList<string> Columns =>
        [.. Enumerable.Range(0, ColumnCount).Select(i => raw.sqlite3_column_name(_handle, i).utf8_to_string())];

    /// <summary>Names of the parameters with their signs, in order; null of one without.</summary>
    public IReadOnlyList<string?> Parameters =>
    [
        .. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(_handle))
            .Select(i => raw.sqlite3_bind_parameter_name(_handle, i).utf8_to_string()),
    ];

    /// <param name="rest">What follows the first statement.</param>
    public static MirrorStatement Prepare(MirrorDatabase db, string sql, out string? rest)
    {
        var code = raw.sqlite3_prepare_v2(db.Handle, sql, out var handle, out rest);
        return code == raw.SQLITE_OK ? new MirrorStatement(db, handle) : throw db.Fault(code);
    }

    public void Bind(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (BindOne(i + 1, values[i]) is var code && code != raw.SQLITE_OK)
                throw _db.Fault(code);
        }
    }

    /// <returns>Whether there is a row.</returns>
    public bool Step() => raw.sqlite3_step(_handle) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        var code => throw _db.Fault(code),
    };

    public void Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            raw.sqlite3_reset(_handle);
        }
    }

    public object? First(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        try
        {
            return Step() ? Value(0) : null;
        }
        finally
        {
            raw.sqlite3_reset(_handle);
        }
    }

    public object? Value(int column) => raw.sqlite3_column_type(_handle, column) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(_handle, column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(_handle, column),
        // By its length: as a C string a text would end at its first zero.
        raw.SQLITE_TEXT => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_handle, column)),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(_handle, column).ToArray(),
        _ => null,
    };

    public void Dispose() => _handle.Dispose();

    /// <summary>NaN becomes NULL, as SQLite itself would have it.</summary>
    private int BindOne(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_handle, index),
        long number => raw.sqlite3_bind_int64(_handle, index, number),
        int number => raw.sqlite3_bind_int64(_handle, index, number),
        bool flag => raw.sqlite3_bind_int64(_handle, index, flag ? 1 : 0),
        double.NaN => raw.sqlite3_bind_null(_handle, index),
        double number => raw.sqlite3_bind_double(_handle, index, number),
        float number => BindOne(index, (double)number),
        string text => raw.sqlite3_bind_text(_handle, index, Encoding.UTF8.GetBytes(text)),
        byte[] bytes => raw.sqlite3_bind_blob(_handle, index, bytes),
        _ => throw new ArgumentException(
            $"Parameter {index} is a {value.GetType().Name}; allowed: null, long, int, bool, double, string, byte[].",
            nameof(value)),
    };
}
