namespace VaeSweep.Store.Sqlite;

/// <content>Settings, and the room that checkpoints take.</content>
internal sealed partial class SqliteStore
{
    private string? _identity;

    public async Task<string> IdentityAsync(CancellationToken cancellationToken) => _identity ??= await GetSettingAsync(StoreSettings.Identity, cancellationToken) ?? "";

    public Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) =>
        _readers.ReadAsync(db => db.Scalar("SELECT value FROM t_settings WHERE name = ?", name) as string, cancellationToken);

    public Task SetSettingAsync(string name, string? value, CancellationToken cancellationToken) => _writer.WriteAsync(
        db => value is null
            ? db.Execute("DELETE FROM t_settings WHERE name = ?", name)
            : db.Execute("INSERT INTO t_settings(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name, value),
        cancellationToken);

    public Task<IReadOnlyList<StoredCheckpoint>> ListCheckpointsAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<StoredCheckpoint>>(
            db =>
            {
                var checkpoints = new List<StoredCheckpoint>();
                using var rows = db.Prepare(
                    $"""
                    SELECT k.checkpoint_key, s.name, t.trial_id, k.path,
                           {TrialSql.Finished} AND k.path IS NOT t.model_path AND NOT EXISTS (SELECT 1 FROM t_evaluations v WHERE v.trial_key = t.trial_key AND v.file = k.path),
                           CASE WHEN NOT t.wanted THEN 0 WHEN t.state = 'succeeded' THEN 1 ELSE 2 END, t.finished_at
                    FROM t_checkpoints k JOIN t_trials t USING (trial_key) JOIN t_sweeps s USING (sweep_key)
                    WHERE NOT k.obsolete
                    """);
                while (rows.Step())
                {
                    checkpoints.Add(new StoredCheckpoint(
                        rows.Long(0), rows.Text(1), rows.Text(2), rows.Text(3), Bytes: null, rows.Int(4) != 0, rows.Int(5), Instant(rows.LongOrNull(6))));
                }

                return checkpoints;
            },
            cancellationToken);

    public Task<int> ForgetCheckpointsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) => _writer.WriteAsync(
        db => keys.Sum(key => db.Execute(
            $"""
            UPDATE t_checkpoints SET obsolete = 1
            WHERE checkpoint_key = ? AND EXISTS (SELECT 1 FROM t_trials t WHERE t.trial_key = t_checkpoints.trial_key AND {TrialSql.Finished} AND t_checkpoints.path IS NOT t.model_path)
            """,
            key)),
        cancellationToken);
}
