namespace VaeSweep.Store.Postgres;

/// <content>Settings, and the room that checkpoints take.</content>
internal sealed partial class PostgresStore
{
    private string? _identity;

    public async Task<string> IdentityAsync(CancellationToken cancellationToken) => _identity ??= await GetSettingAsync(StoreSettings.Identity, cancellationToken) ?? "";

    public async Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) =>
        await TransactAsync(session => session.ScalarAsync("SELECT value FROM t_settings WHERE name = $1", name), cancellationToken) as string;

    public Task SetSettingAsync(string name, string? value, CancellationToken cancellationToken) => TransactAsync(
        session => value is null
            ? session.ExecuteAsync("DELETE FROM t_settings WHERE name = $1", name)
            : session.ExecuteAsync("INSERT INTO t_settings(name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value),
        cancellationToken);

    public Task<IReadOnlyList<StoredCheckpoint>> ListCheckpointsAsync(CancellationToken cancellationToken) =>
        TransactAsync<IReadOnlyList<StoredCheckpoint>>(
            async session => await session.RowsAsync(
                row => new StoredCheckpoint(
                    row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3),
                    KeptFile.IsOne(row.GetString(3)) ? LongOrNull(row, 4) ?? 0 : null, row.GetBoolean(5), row.GetInt32(6), LongOrNull(row, 7) is { } at ? Instant(at) : null),
                $"""
                SELECT k.checkpoint_key, s.name, t.trial_id, k.path, f.bytes,
                       {TrialSql.Finished} AND k.path IS DISTINCT FROM t.model_path AND NOT EXISTS (SELECT FROM t_evaluations v WHERE v.trial_key = t.trial_key AND v.file = k.path),
                       CASE WHEN NOT t.wanted THEN 0 WHEN t.state = 'succeeded' THEN 1 ELSE 2 END, t.finished_at
                FROM t_checkpoints k JOIN t_trials t USING (trial_key) JOIN t_sweeps s USING (sweep_key) LEFT JOIN t_files f ON f.trial_key = k.trial_key AND f.path = k.path
                WHERE NOT k.obsolete
                """),
            cancellationToken);

    public Task<int> ForgetCheckpointsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) => TransactAsync(
        session => session.ExecuteAsync(
            $"""
            UPDATE t_checkpoints k SET obsolete = true FROM t_trials t
            WHERE k.checkpoint_key = ANY($1) AND t.trial_key = k.trial_key AND {TrialSql.Finished} AND k.path IS DISTINCT FROM t.model_path
            """,
            keys.ToArray()),
        cancellationToken);
}
