using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VaeSweep.Store;

/// <summary>An SQLite database of this process alone, in a file that has no name: it is gone with the connection, however that
/// ends. One thread at a time.</summary>
internal sealed class MirrorDatabase : IDisposable
{
    private const int MostAttached = 0;

    // No journal: what fails in its middle is thrown away. Sorting goes to files, so that an answer may be larger than the
    // memory.
    private const string Settings = """
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA foreign_keys = OFF;
        PRAGMA temp_store = FILE;
        PRAGMA cache_size = -32768;
        """;

    private static readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, MirrorStatement> _statements = new(StringComparer.Ordinal);

    public MirrorDatabase()
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = "", Pooling = false }.ToString());
        _connection.Open();
        LimitMemory();
        raw.sqlite3_extended_result_codes(Handle, 1);
        raw.sqlite3_db_config(Handle, raw.SQLITE_DBCONFIG_DEFENSIVE, 1, out _);
        raw.sqlite3_limit(Handle, raw.SQLITE_LIMIT_SQL_LENGTH, QueryLimits.SqlBytes);
        raw.sqlite3_limit(Handle, raw.SQLITE_LIMIT_ATTACHED, MostAttached);
        Script(Settings);
    }

    public sqlite3 Handle => _connection.Handle!;

    /// <summary>Byte offset of the last error's token in the SQL; -1 when there is none.</summary>
    public int ErrorOffset => sqlite3_error_offset(Handle);

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(Handle);

    /// <summary>Sets how long a text or blob may be.</summary>
    /// <returns>What it was before.</returns>
    public int LimitValues(int bytes) => raw.sqlite3_limit(Handle, raw.SQLITE_LIMIT_LENGTH, bytes);

    /// <summary>Runs any number of statements without parameters.</summary>
    public void Script(string sql)
    {
        if (raw.sqlite3_exec(Handle, sql) is var code && code != raw.SQLITE_OK)
            throw Fault(code);
    }

    /// <summary>Runs one statement, which is kept.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        Prepared(sql).Run(values);
        return raw.sqlite3_changes(Handle);
    }

    /// <returns>The first column of the first row; null when there is none.</returns>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Prepared(sql).First(values);

    public void Transact(Action work)
    {
        Script("BEGIN");
        work();
        Script("COMMIT");
    }

    public MirrorFailure Fault(int code) => new(code, raw.sqlite3_errmsg(Handle).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
    }

    private MirrorStatement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = MirrorStatement.Prepare(this, sql, out _));
        return statement;
    }

    /// <summary>SQLite counts the memory of the process as a whole, and has one limit for it.</summary>
    private static void LimitMemory()
    {
        lock (_gate)
        {
            if (raw.sqlite3_hard_heap_limit64(-1) == 0)
                raw.sqlite3_hard_heap_limit64(QueryLimits.MemoryBytes);
        }
    }

#pragma warning disable SYSLIB1054 // The generated form needs unsafe code and cannot take the provider's handle type.
    [DllImport("e_sqlite3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_error_offset(sqlite3 connection);
#pragma warning restore SYSLIB1054
}
