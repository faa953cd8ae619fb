using System.Text;
using System.Text.RegularExpressions;
using SQLitePCL;

namespace VaeSweep.Store;

/// <summary>A user's SQL, on a database of which it can read the documented views and nothing else.</summary>
internal sealed partial class QueryRun(MirrorDatabase db, QueryLimits limits, QueryWatch watch)
{
    private readonly QueryGuard _guard = new();

    /// <returns>Whether there was more than the sink wanted.</returns>
    /// <exception cref="StoreQueryException">It was refused, or went over one of its limits.</exception>
    public bool Run(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, IRowSink rows,
        CancellationToken cancellationToken)
    {
        db.Script("PRAGMA query_only = ON");
        raw.sqlite3_set_authorizer(
            db.Handle, (_, action, first, second, _, view) => _guard.Authorize(action, first, second, view), null);
        // What is stored is stored: the limit is for what is asked.
        var before = db.LimitValues(limits.ValueBytes);
        watch.Watch(db.Handle);
        try
        {
            using var statement = Prepare(sql);
            Bind(statement, parameters);
            return Read(statement, rows);
        }
        catch (MirrorFailure failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(sql, failure, timeout);
        }
        finally
        {
            watch.Leave();
            db.LimitValues(before);
            raw.sqlite3_set_authorizer(db.Handle, (delegate_authorizer?)null, null);
            db.Script("PRAGMA query_only = OFF");
        }
    }

    private MirrorStatement Prepare(string sql)
    {
        var statement = MirrorStatement.Prepare(db, sql, out var rest);
        var wrong = statement.IsEmpty ? QueryAdvice.Empty()
            : !string.IsNullOrWhiteSpace(CommentPattern().Replace(rest ?? "", ""))
                ? QueryAdvice.Several(sql.Length - rest!.TrimStart().Length)
            : statement.OnlyReads ? null
            : QueryAdvice.ReadsOnly(sql, null);
        if (wrong is null)
            return statement;
        statement.Dispose();
        throw wrong;
    }

    private static void Bind(MirrorStatement statement, IReadOnlyDictionary<string, object?>? parameters)
    {
        var names = statement.Parameters;
        var values = new object?[names.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var name = names[i] ?? throw new StoreQueryException("Parameters need names: write @name, not ?.", null);
            if (parameters is null
                || (!parameters.TryGetValue(name[1..], out values[i]) && !parameters.TryGetValue(name, out values[i])))
            {
                throw QueryAdvice.NoValue(name, parameters);
            }
        }

        statement.Bind(values);
    }

    private bool Read(MirrorStatement statement, IRowSink rows)
    {
        var columns = statement.Columns;
        watch.Outside(() =>
        {
            rows.Begin(columns);
            return true;
        });
        while (statement.Step())
        {
            var row = new object?[columns.Count];
            for (var i = 0; i < row.Length; i++)
                row[i] = statement.Value(i);
            if (!watch.Outside(() => rows.Add(row)))
                return true;
        }

        return false;
    }

    private StoreQueryException Explain(string sql, MirrorFailure failure, TimeSpan timeout)
    {
        switch (failure.Code)
        {
            case raw.SQLITE_INTERRUPT:
                return watch.IsTooLarge ? QueryAdvice.TooManyFiles(limits.TemporaryBytes, failure)
                    : QueryAdvice.TooLong(timeout, failure);
            case raw.SQLITE_TOOBIG:
                return QueryAdvice.TooLarge(sql, limits.ValueBytes, failure);
            case raw.SQLITE_NOMEM:
                return QueryAdvice.TooMuchMemory(QueryLimits.MemoryBytes, failure);
            case raw.SQLITE_FULL or raw.SQLITE_IOERR:
                return QueryAdvice.NoRoom(failure);
        }

        if (_guard.Refusal is { } refusal)
            return new StoreQueryException(refusal, QueryAdvice.PlaceOf(_guard.Refused!, sql), failure);
        var offset = db.ErrorOffset;
        if (_guard.Writes || (offset < 0 && QueryAdvice.NoReading(sql) is not null))
            return QueryAdvice.ReadsOnly(sql, failure);
        // SQLite says where a column is missing, but not where a table is.
        var missing = MissingTablePattern().Match(failure.Detail);
        var position = offset >= 0 ? CharacterAt(sql, offset)
            : missing.Success ? QueryAdvice.PlaceOf(missing.Groups[1].Value, sql) : null;
        return new StoreQueryException($"{failure.Detail}.{Suggestion(failure.Detail)}", position, failure);
    }

    private static string Suggestion(string detail)
    {
        if (MissingTablePattern().Match(detail) is { Success: true } table)
            return QueryAdvice.ForView(table.Groups[1].Value);
        return MissingColumnPattern().Match(detail) is { Success: true } column
            ? QueryAdvice.ForColumn(column.Groups[1].Value) : "";
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
