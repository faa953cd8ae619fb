using System.Diagnostics;
using SQLitePCL;

namespace VaeSweep.Store.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    /// <summary>How long to wait for another process before giving up. Far above any transaction of ours, a large submit included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private const int PrimaryCode = 0xff;

    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    private SqliteConnection(sqlite3 handle, string path) => (Handle, Path) = (handle, path);

    public sqlite3 Handle { get; }
    public string Path { get; }

    /// <param name="flags">SQLITE_OPEN_READWRITE and so on.</param>
    public static SqliteConnection Open(string path, int flags)
    {
        SqliteLibrary.EnsureLoaded();
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = SqliteFailure.From(handle, code, path);
            raw.sqlite3_close_v2(handle);
            throw failure;
        }

        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, (int)Patience.TotalMilliseconds);
        var connection = new SqliteConnection(handle, path);
        // Libraries differ in what they begin with; who wants keys to be checked says so.
        connection.ExecuteScript("PRAGMA foreign_keys = OFF");
        return connection;
    }

    public int Changes => raw.sqlite3_changes(Handle);
    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(Handle);
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>The statement for this text, prepared once; not to be used twice at the same time.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
            return known;
        var code = raw.sqlite3_prepare_v3(Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        if (code != raw.SQLITE_OK)
            throw Fault(code);
        return _statements[sql] = new SqliteStatement(this, handle);
    }

    public SqliteStatement Prepare(string sql, params ReadOnlySpan<object?> values) => Prepare(sql).Bind(values);

    /// <summary>Runs one statement to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = Prepare(sql).Bind(values);
        while (statement.Step())
        {
        }

        return Changes;
    }

    /// <summary>Runs any number of statements without parameters, none of them kept.</summary>
    public void ExecuteScript(string sql)
    {
        var code = raw.sqlite3_exec(Handle, sql);
        if (code != raw.SQLITE_OK)
            throw Fault(code);
    }

    /// <returns>The first column of the first row; null when there is none.</returns>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = Prepare(sql).Bind(values);
        return statement.Step() ? statement.Value(0) : null;
    }

    public void BeginImmediate() => ExecutePatiently("BEGIN IMMEDIATE");

    /// <summary>Runs a script again while another process holds the file. Polls every millisecond instead of SQLite's growing pauses, which starve a
    /// process beside a busy one, and which a change of the journal mode does not make at all.</summary>
    public void ExecutePatiently(string sql)
    {
        raw.sqlite3_busy_timeout(Handle, 0);
        try
        {
            var since = Stopwatch.GetTimestamp();
            int code;
            while (((code = raw.sqlite3_exec(Handle, sql)) & PrimaryCode) == raw.SQLITE_BUSY && Stopwatch.GetElapsedTime(since) < Patience)
                Thread.Sleep(1);
            if (code != raw.SQLITE_OK)
                throw Fault(code);
        }
        finally
        {
            raw.sqlite3_busy_timeout(Handle, (int)Patience.TotalMilliseconds);
        }
    }

    public void Commit() => ExecuteScript("COMMIT");

    /// <summary>Undoes an open transaction; SQLite may have done so already.</summary>
    public void Rollback()
    {
        if (InTransaction)
            ExecuteScript("ROLLBACK");
    }

    /// <summary>Runs in one write transaction.</summary>
    public T Transact<T>(Func<T> work)
    {
        BeginImmediate();
        try
        {
            var result = work();
            Commit();
            return result;
        }
        finally
        {
            Rollback();
        }
    }

    public SqliteFailure Fault(int code) => SqliteFailure.From(Handle, code, Path);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Handle.Dispose();
        _statements.Clear();
        raw.sqlite3_close_v2(Handle);
        Handle.Dispose();
    }
}
