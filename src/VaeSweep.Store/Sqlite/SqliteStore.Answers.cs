using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <content>Finding trials, and SQL.</content>
internal sealed partial class SqliteStore
{
    private const int IdDigits = 12;

    internal const string SelectTrialStatus = """
        SELECT t.trial_key, s.name, t.trial_id, lower(hex(t.fingerprint)), t.seed, t.state, t.wanted, t.attempt, w.worker, t.started_at, t.finished_at,
               t.epochs_done, t.epochs, t.failure_class, t.reason, c.config, k.path, t.model_path
        FROM t_trials t JOIN t_sweeps s USING (sweep_key) JOIN t_configs c USING (trial_key)
             LEFT JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt
             LEFT JOIN t_workers w ON w.worker_key = a.worker_key
             LEFT JOIN t_checkpoints k ON k.checkpoint_key = t.last_checkpoint
        """;

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            db =>
            {
                var prefix = idPrefix.ToLowerInvariant();
                if (!prefix.All(char.IsAsciiHexDigit))
                    return [];
                var id = prefix[..Math.Min(prefix.Length, IdDigits)];
                // 'g' follows the last hex digit: a range that the index on ids serves.
                using var rows = db.Prepare(
                    $"""
                    {SelectTrialStatus}
                    WHERE {(prefix.Length == 0 ? "?1 = ''" : "t.trial_id >= ?1 AND t.trial_id < ?1 || 'g'")} AND (?2 IS NULL OR s.name = ?2)
                      AND substr(lower(hex(t.fingerprint)), 1, length(?3)) = ?3
                    ORDER BY t.sweep_key, t.trial_index LIMIT ?4
                    """,
                    id, sweep, prefix, limit);
                return ReadTrialStatuses(rows);
            },
            cancellationToken);

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<TrialFiles>>(
            db =>
            {
                var trials = new List<TrialFiles>();
                using var rows = db.Prepare(
                    """
                    SELECT t.trial_id, t.state, t.attempt, t.model_path,
                           (SELECT json_group_array(k.path) FROM t_checkpoints k WHERE k.trial_key = t.trial_key)
                    FROM t_trials t JOIN t_sweeps s USING (sweep_key) WHERE s.name = ?
                    """,
                    sweep);
                while (rows.Step())
                {
                    string[] paths = [.. JsonSerializer.Deserialize<string[]>(rows.Text(4))!, .. rows.TextOrNull(3) is { } model ? (string[])[model] : []];
                    trials.Add(new TrialFiles(rows.Text(0), Words.Parse<TrialState>(rows.Text(1)), rows.Int(2), paths));
                }

                return trials;
            },
            cancellationToken);

    public Task<QueryResult> QueryAsync(string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.Run(() => new SqliteQuery(_options.MaxQueryRows).Run(_path, sql, parameters, timeout, cancellationToken), cancellationToken);

    internal static IReadOnlyList<TrialStatus> ReadTrialStatuses(SqliteStatement rows)
    {
        var trials = new List<TrialStatus>();
        while (rows.Step())
        {
            trials.Add(new TrialStatus(
                rows.Long(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Long(4), Words.Parse<TrialState>(rows.Text(5)), rows.Int(6) != 0, rows.Int(7),
                rows.TextOrNull(8), Instant(rows.LongOrNull(9)), Instant(rows.LongOrNull(10)), rows.Int(11), rows.Int(12),
                Words.ParseOrNull<FailureClass>(rows.TextOrNull(13)), rows.TextOrNull(14), rows.Text(15), rows.TextOrNull(16), rows.TextOrNull(17)));
        }

        return trials;
    }
}
