using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace VaeSweep.Store.Postgres;

/// <summary>A user's SQL, in a transaction that can only read and looks into the schema of the views alone.</summary>
internal sealed partial class PostgresQuery(NpgsqlConnection connection, int maxRows)
{
    /// <summary>Where deploy/postgres/roles.sql has made roles, a query has a reader's rights, whatever its user may do otherwise. Roles belong to
    /// the whole server: whether they are meant for this database shows from what they were granted here.</summary>
    private const string AsReader =
        $"""
        SELECT set_config('role', r.rolname::text, true) FROM pg_roles r
        WHERE r.rolname = 'vaesweep_reader' AND pg_has_role(session_user, r.oid, 'MEMBER') AND has_schema_privilege(r.oid, to_regnamespace('{PostgresSchema.Views}')::oid, 'USAGE')
        """;

    public async Task<QueryResult> RunAsync(string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var text = SqlText.Parse(sql);
        if (QueryAdvice.NoReading(sql) is { } refused)
            throw refused;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            var milliseconds = Math.Max(1, (long)timeout.TotalMilliseconds);
            await ExecuteAsync($"SET TRANSACTION READ ONLY; SET LOCAL search_path = {PostgresSchema.Views}; SET LOCAL statement_timeout = {milliseconds}; {AsReader}", cancellationToken);
            return await ReadAsync(text, parameters, timeout, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState != PostgresErrorCodes.AdminShutdown)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(sql, text, error, timeout);
        }
    }

    private async Task<QueryResult> ReadAsync(SqlText text, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text.Text, connection) { CommandTimeout = (int)timeout.TotalSeconds + 10 };
        foreach (var name in text.Names)
        {
            if (parameters is null || (!parameters.TryGetValue(name, out var value) && !parameters.TryGetValue("@" + name, out value)))
                throw QueryAdvice.NoValue("@" + name, parameters);
            command.Parameters.Add(value is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } : new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (rows.Count == maxRows)
            {
                // The rest is not wanted; without this, closing the reader would read it all.
                await Task.Run(command.Cancel, cancellationToken);
                return new QueryResult(columns, rows, Truncated: true);
            }

            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
                row[i] = Plain(reader.GetValue(i));
            rows.Add(row);
        }

        return new QueryResult(columns, rows);
    }

    /// <summary>The few types that a query's result may have; truth is 1 or 0, as in SQLite.</summary>
    private static object? Plain(object value) => value switch
    {
        DBNull => null,
        bool flag => flag ? 1L : 0L,
        long or double or string or byte[] => value,
        int number => (long)number,
        short number => (long)number,
        float number => (double)number,
        decimal number => number == decimal.Truncate(number) && Math.Abs(number) < long.MaxValue ? (long)number : (double)number,
        DateTime instant => instant.ToString("yyyy-MM-ddTHH:mm:ss.fffK", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static StoreQueryException Explain(string sql, SqlText text, PostgresException error, TimeSpan timeout)
    {
        if (error.SqlState == PostgresErrorCodes.QueryCanceled)
            return QueryAdvice.TooLong(timeout, error);
        if (error.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege)
            return QueryAdvice.ReadsOnly(sql, error);
        var advice = error.SqlState switch
        {
            PostgresErrorCodes.UndefinedTable => MissingNamePattern().Match(error.MessageText) is { Success: true } table ? QueryAdvice.ForView(table.Groups[1].Value) : "",
            PostgresErrorCodes.UndefinedColumn => MissingNamePattern().Match(error.MessageText) is { Success: true } column ? QueryAdvice.ForColumn(column.Groups[1].Value) : "",
            _ => "",
        };
        return new StoreQueryException($"{error.MessageText}.{advice}", error.Position > 0 ? text.Written(error.Position - 1) : null, error);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [GeneratedRegex(@"^(?:relation|column) ""?(?:\w+\.)?(\w+)""? does not exist", RegexOptions.CultureInvariant)]
    private static partial Regex MissingNamePattern();
}
