using SQLitePCL;

namespace VaeSweep.Store.Sqlite;

/// <summary>SQLite refused something; the message says what, where and what to do.</summary>
internal sealed class SqliteFailure(int code, string detail, string message) : StoreException(message)
{
    /// <summary>Primary result code.</summary>
    public int Code { get; } = code & 0xff;

    /// <summary>SQLite's own words.</summary>
    public string Detail { get; } = detail;

    public static SqliteFailure From(sqlite3 connection, int code, string path)
    {
        var detail = raw.sqlite3_errmsg(connection).utf8_to_string();
        return From(code, detail, path);
    }

    public static SqliteFailure From(int code, string detail, string path)
    {
        var advice = (code & 0xff) switch
        {
            raw.SQLITE_NOTADB => "The file is not an SQLite database. Name another file with --store.",
            raw.SQLITE_CORRUPT => "The file is damaged. Keep a copy, then try: sqlite3 FILE .recover | sqlite3 NEW",
            raw.SQLITE_FULL => "The disk is full. Free space and run the command again; nothing acknowledged is lost.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM => "The file or its folder cannot be written. Check their owner and mode.",
            raw.SQLITE_CANTOPEN => "The file cannot be opened. Check that the folder exists and may be written.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another process has held the store for too long.",
            raw.SQLITE_IOERR => "The disk reported an error. Check the file system.",
            _ => null,
        };
        return new SqliteFailure(code, detail, $"SQLite store {path}: {detail} (code {code}).{(advice is null ? "" : " " + advice)}");
    }
}
