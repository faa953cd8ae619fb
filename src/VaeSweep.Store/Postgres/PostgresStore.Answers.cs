using Npgsql;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>Finding trials, and SQL.</content>
internal sealed partial class PostgresStore
{
    private const int IdDigits = 12;

    private const string SelectTrialStatus = """
        SELECT t.trial_key, s.name, t.trial_id, encode(t.fingerprint, 'hex'), t.seed, t.state, t.wanted, t.attempt, w.worker, t.started_at, t.finished_at,
               t.epochs_done, t.epochs, t.failure_class, t.reason, c.config::text, k.path, t.model_path
        FROM t_trials t JOIN t_sweeps s USING (sweep_key) JOIN t_configs c USING (trial_key)
             LEFT JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt
             LEFT JOIN t_workers w ON w.worker_key = a.worker_key
             LEFT JOIN t_checkpoints k ON k.checkpoint_key = t.last_checkpoint
        """;

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(string idPrefix, string? sweep, int limit, CancellationToken cancellationToken)
    {
        var prefix = idPrefix.ToLowerInvariant();
        if (!prefix.All(char.IsAsciiHexDigit))
            return Task.FromResult<IReadOnlyList<TrialStatus>>([]);
        var id = prefix[..Math.Min(prefix.Length, IdDigits)];
        return TransactAsync<IReadOnlyList<TrialStatus>>(
            async session => await session.RowsAsync(
                ReadTrialStatus,
                // 'g' follows the last hex digit: a range that the index on ids serves.
                $"""
                {SelectTrialStatus}
                WHERE {(prefix.Length == 0 ? "$1 = ''" : "t.trial_id >= $1 AND t.trial_id < $1 || 'g'")} AND ($2::text IS NULL OR s.name = $2)
                  AND starts_with(encode(t.fingerprint, 'hex'), $3)
                ORDER BY t.sweep_key, t.trial_index LIMIT $4
                """,
                id, sweep, prefix, limit),
            cancellationToken);
    }

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) =>
        TransactAsync<IReadOnlyList<TrialFiles>>(
            async session => await session.RowsAsync(
                row => new TrialFiles(row.GetString(0), Words.Parse<TrialState>(row.GetString(1)), row.GetInt32(2), row.GetFieldValue<string[]>(3)),
                """
                SELECT t.trial_id, t.state, t.attempt,
                       array_remove(array(SELECT k.path FROM t_checkpoints k WHERE k.trial_key = t.trial_key) || t.model_path, NULL)
                FROM t_trials t JOIN t_sweeps s USING (sweep_key) WHERE s.name = $1
                """,
                sweep),
            cancellationToken);

    public async Task<QueryResult> QueryAsync(string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await new PostgresQuery(connection, _options.MaxQueryRows).RunAsync(sql, parameters, timeout, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw PostgresFailure.Explain(error, Location);
        }
    }

    private static TrialStatus ReadTrialStatus(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), Words.Parse<TrialState>(row.GetString(5)), row.GetBoolean(6),
        row.GetInt32(7), TextOrNull(row, 8), LongOrNull(row, 9) is { } started ? Instant(started) : null, LongOrNull(row, 10) is { } finished ? Instant(finished) : null,
        row.GetInt32(11), row.GetInt32(12), Words.ParseOrNull<FailureClass>(TextOrNull(row, 13)), TextOrNull(row, 14), row.GetString(15), TextOrNull(row, 16), TextOrNull(row, 17));
}
