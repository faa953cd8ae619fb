using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using SQLitePCL;

namespace VaeSweep.Store.Sqlite;

/// <summary>A user's SQL, on a connection that meanwhile can only read the documented views.</summary>
internal sealed partial class SqliteQuery(int maxRows)
{
    /// <summary>Steps of SQLite's machine between two looks at the clock; well under a millisecond.</summary>
    private const int StepsBetweenChecks = 2000;

    private static readonly HashSet<string> _readable =
        [.. ViewCatalog.Views.Select(view => view.Name), "json_each", "json_tree"];

    private string? _denied;
    private string? _deniedName;
    private bool _writes;

    /// <summary>Runs it on a connection of its own to a file.</summary>
    public QueryResult Run(string path, string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var db = SqliteSchema.OpenExisting(path, raw.SQLITE_OPEN_READONLY);
        return Run(db, sql, parameters, timeout, cancellationToken);
    }

    public QueryResult Run(SqliteConnection db, string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        db.ExecuteScript("PRAGMA query_only = ON");
        var since = Stopwatch.GetTimestamp();
        raw.sqlite3_progress_handler(
            db.Handle, StepsBetweenChecks, _ => cancellationToken.IsCancellationRequested || Stopwatch.GetElapsedTime(since) > timeout ? 1 : 0, null);
        raw.sqlite3_set_authorizer(db.Handle, (_, action, first, second, _, view) => Authorize(action, first, second, view), null);
        try
        {
            using var handle = Prepare(db, sql);
            using var statement = new SqliteStatement(db, handle);
            Bind(statement, parameters);
            return Read(statement);
        }
        catch (SqliteFailure failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(db, sql, failure, timeout);
        }
        finally
        {
            raw.sqlite3_progress_handler(db.Handle, 0, null, null);
            raw.sqlite3_set_authorizer(db.Handle, (delegate_authorizer?)null, null);
            db.ExecuteScript("PRAGMA query_only = OFF");
        }
    }

    private static sqlite3_stmt Prepare(SqliteConnection db, string sql)
    {
        var code = raw.sqlite3_prepare_v2(db.Handle, sql, out var handle, out var rest);
        if (code != raw.SQLITE_OK)
            throw db.Fault(code);
        if (handle.IsInvalid)
            throw QueryAdvice.Empty();
        if (!string.IsNullOrWhiteSpace(CommentPattern().Replace(rest ?? "", "")))
        {
            handle.Dispose();
            throw QueryAdvice.Several(sql.Length - rest!.TrimStart().Length);
        }

        if (raw.sqlite3_stmt_readonly(handle) == 0)
        {
            handle.Dispose();
            throw QueryAdvice.ReadsOnly(sql, null);
        }

        return handle;
    }

    private static void Bind(SqliteStatement statement, IReadOnlyDictionary<string, object?>? parameters)
    {
        var count = raw.sqlite3_bind_parameter_count(statement.Handle);
        var values = new object?[count];
        for (var i = 0; i < count; i++)
        {
            var name = raw.sqlite3_bind_parameter_name(statement.Handle, i + 1).utf8_to_string();
            if (name is null)
                throw new StoreQueryException("Parameters need names: write @name, not ?.", null);
            if (parameters is null || (!parameters.TryGetValue(name[1..], out values[i]) && !parameters.TryGetValue(name, out values[i])))
                throw QueryAdvice.NoValue(name, parameters);
        }

        statement.Bind(values);
    }

    private QueryResult Read(SqliteStatement statement)
    {
        var columns = Enumerable.Range(0, statement.ColumnCount).Select(i => raw.sqlite3_column_name(statement.Handle, i).utf8_to_string()).ToArray();
        var rows = new List<object?[]>();
        while (statement.Step())
        {
            if (rows.Count == maxRows)
                return new QueryResult(columns, rows, Truncated: true);
            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
                row[i] = statement.Value(i);
            rows.Add(row);
        }

        return new QueryResult(columns, rows);
    }

    /// <summary>Base tables are reached through the views alone, so that their shape may change.</summary>
    private int Authorize(int action, string first, string second, string? view)
    {
        switch (action)
        {
            case raw.SQLITE_SELECT or raw.SQLITE_RECURSIVE:
            case raw.SQLITE_FUNCTION when !string.Equals(second, "load_extension", StringComparison.OrdinalIgnoreCase):
            case raw.SQLITE_READ when view is not null || _readable.Contains(first):
            // A table that takes part, but no column of which is read: a flattened view's join, or a common table expression.
            case raw.SQLITE_READ when string.IsNullOrEmpty(second):
                return raw.SQLITE_OK;
            case raw.SQLITE_READ:
                _denied ??= $"There is no view '{first}'. Views: {QueryAdvice.ViewNames}.";
                _deniedName ??= first;
                return raw.SQLITE_DENY;
            default:
                _writes = true;
                return raw.SQLITE_DENY;
        }
    }

    private StoreQueryException Explain(SqliteConnection db, string sql, SqliteFailure failure, TimeSpan timeout)
    {
        if (failure.Code == raw.SQLITE_INTERRUPT)
            return QueryAdvice.TooLong(timeout, failure);
        if (_denied is not null)
            return new StoreQueryException(_denied, QueryAdvice.PlaceOf(_deniedName!, sql), failure);
        var offset = SqliteLibrary.ErrorOffset(db.Handle);
        if (_writes || (offset < 0 && QueryAdvice.NoReading(sql) is not null))
            return QueryAdvice.ReadsOnly(sql, failure);
        // SQLite says where a column is missing, but not where a table is.
        var position = offset >= 0 ? CharacterAt(sql, offset) : MissingTablePattern().Match(failure.Detail) is { Success: true } table ? QueryAdvice.PlaceOf(table.Groups[1].Value, sql) : null;
        return new StoreQueryException($"{failure.Detail}.{Suggestion(failure.Detail)}", position, failure);
    }

    private static string Suggestion(string detail)
    {
        if (MissingTablePattern().Match(detail) is { Success: true } table)
            return QueryAdvice.ForView(table.Groups[1].Value);
        return MissingColumnPattern().Match(detail) is { Success: true } column ? QueryAdvice.ForColumn(column.Groups[1].Value) : "";
    }

    private static int CharacterAt(string sql, int byteOffset)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        return Encoding.UTF8.GetCharCount(bytes, 0, Math.Min(byteOffset, bytes.Length));
    }

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/|;", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"^no such table: (?:\w+\.)?(\w+)$", RegexOptions.CultureInvariant)]
    private static partial Regex MissingTablePattern();

    [GeneratedRegex(@"^no such column: (?:\w+\.)?(\w+)$", RegexOptions.CultureInvariant)]
    private static partial Regex MissingColumnPattern();
}
