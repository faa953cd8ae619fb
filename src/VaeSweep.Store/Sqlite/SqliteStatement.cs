using SQLitePCL;

namespace VaeSweep.Store.Sqlite;

/// <summary>A prepared statement, kept by its connection and used again. Disposing rewinds it.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    public sqlite3_stmt Handle { get; } = handle;
    public int ColumnCount { get; } = raw.sqlite3_column_count(handle);

    /// <summary>Binds all parameters in order, from 1.</summary>
    public SqliteStatement Bind(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            switch (values[i])
            {
                case null: BindNull(i + 1); break;
                case long value: Bind(i + 1, value); break;
                case int value: Bind(i + 1, value); break;
                case bool value: Bind(i + 1, value ? 1 : 0); break;
                case double value: Bind(i + 1, value); break;
                case float value: Bind(i + 1, (double)value); break;
                case string value: Bind(i + 1, value); break;
                case byte[] value: BindBlob(i + 1, value); break;
                default: throw new ArgumentException($"Parameter {i + 1} has type {values[i]!.GetType().Name}; allowed: null, long, int, bool, double, string, byte[].", nameof(values));
            }
        }

        return this;
    }

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(Handle, index, value));

    public void Bind(int index, long? value) => Check(value is { } known ? raw.sqlite3_bind_int64(Handle, index, known) : raw.sqlite3_bind_null(Handle, index));

    /// <summary>NaN becomes NULL, as SQLite itself would have it.</summary>
    public void Bind(int index, double value) =>
        Check(double.IsNaN(value) ? raw.sqlite3_bind_null(Handle, index) : raw.sqlite3_bind_double(Handle, index, value));

    public void Bind(int index, string? value) => Check(value is null ? raw.sqlite3_bind_null(Handle, index) : raw.sqlite3_bind_text(Handle, index, value));

    public void BindUtf8(int index, ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_text(Handle, index, value));

    public void BindBlob(int index, ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(Handle, index, value));

    public void BindNull(int index) => Check(raw.sqlite3_bind_null(Handle, index));

    /// <returns>Whether there is a row.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(Handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Fault(code),
        };
    }

    /// <summary>Runs to the end, rewinds, and keeps the bindings.</summary>
    public void Run()
    {
        while (Step())
        {
        }

        raw.sqlite3_reset(Handle);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(Handle, column) == raw.SQLITE_NULL;
    public long Long(int column) => raw.sqlite3_column_int64(Handle, column);
    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);
    public int Int(int column) => raw.sqlite3_column_int(Handle, column);
    public double Double(int column) => raw.sqlite3_column_double(Handle, column);
    public string Text(int column) => raw.sqlite3_column_text(Handle, column).utf8_to_string();
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public object? Value(int column) => raw.sqlite3_column_type(Handle, column) switch
    {
        raw.SQLITE_INTEGER => Long(column),
        raw.SQLITE_FLOAT => Double(column),
        raw.SQLITE_TEXT => Text(column),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(Handle, column).ToArray(),
        _ => null,
    };

    public void Dispose()
    {
        // Its own result only repeats the error that Step has thrown already.
        raw.sqlite3_reset(Handle);
        raw.sqlite3_clear_bindings(Handle);
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Fault(code);
    }

    private SqliteFailure Fault(int code)
    {
        var failure = connection.Fault(code);
        raw.sqlite3_reset(Handle);
        return failure;
    }
}
