using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <content>Sweeps and their owners' wishes.</content>
internal sealed partial class SqliteStore
{
    public Task<SubmitResult> SubmitAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sweep.MaxAttempts, 1);
        return _writer.WriteAloneAsync(db => SqliteSubmission.Apply(db, sweep, trials, Now(), cancellationToken), cancellationToken);
    }

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        Task.Run(() => SqliteSubmission.Plan(_path, sweep, trials, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) => _readers.ReadAsync(db => ReadSweeps(db, null), cancellationToken);

    public async Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        (await _readers.ReadAsync(db => ReadSweeps(db, name), cancellationToken)).FirstOrDefault();

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            db =>
            {
                if (db.Scalar("UPDATE t_sweeps SET state = ?, reason = NULL WHERE name = ? RETURNING sweep_key", Words.Of(state), name) is not long sweepKey)
                    return false;
                if (state == SweepState.Active)
                {
                    db.Execute("UPDATE t_trials SET state = 'queued' WHERE sweep_key = ? AND state = 'paused'", sweepKey);
                    db.Execute(
                        $"UPDATE t_trials SET state = 'queued', {TrialSql.KeepCheckpoint}, finished_at = NULL, reason = NULL WHERE sweep_key = ? AND state = 'stopped' AND wanted AND NOT stop_requested",
                        sweepKey);
                }
                else if (state == SweepState.Stopped)
                {
                    db.Execute(
                        "UPDATE t_trials SET state = 'stopped', finished_at = ?, reason = ? WHERE sweep_key = ? AND state IN ('queued', 'paused')",
                        Now(), TrialPolicy.SweepStopped, sweepKey);
                }

                return true;
            },
            cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            db => db.Execute(
                """
                UPDATE t_sweeps SET priority = coalesce(?2, priority), max_running = CASE WHEN ?3 THEN NULL ELSE coalesce(?4, max_running) END,
                    stack = CASE WHEN ?5 THEN ?6 ELSE stack END
                WHERE name = ?1
                """,
                name, change.Priority, change.NoLimit ? 1 : 0, change.MaxConcurrent, change.AnyStack ? 1 : 0, SweepStatus.AnyStack) > 0,
            cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            db =>
            {
                if (LoadTrial(db, trialKey) is not { State: not (TrialState.Succeeded or TrialState.Failed) } trial)
                    return false;
                db.Execute("UPDATE t_trials SET stop_requested = 1 WHERE trial_key = ?", trialKey);
                if (trial.State is TrialState.Queued or TrialState.Paused)
                {
                    db.Execute(
                        "UPDATE t_trials SET state = 'stopped', finished_at = ?, reason = ? WHERE trial_key = ?", Now(), TrialPolicy.StoppedByOwner, trialKey);
                }

                return true;
            },
            cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            db => db.Execute(
                $"""
                UPDATE t_trials
                SET state = 'queued', {TrialSql.KeepCheckpoint}, failures = 0, losses = 0, finished_at = NULL, failure_class = NULL, reason = NULL, stop_requested = 0
                WHERE sweep_key = (SELECT sweep_key FROM t_sweeps WHERE name = ?1) AND wanted
                  AND (state = 'failed' OR state = 'stopped' AND ?3 IS NOT NULL)
                  AND (?2 IS NULL OR failure_class = ?2) AND (?3 IS NULL OR trial_key = ?3)
                """,
                sweep, Words.Of(failureClass), trialKey),
            cancellationToken);

    private static IReadOnlyList<SweepStatus> ReadSweeps(SqliteConnection db, string? name)
    {
        var sweeps = new List<SweepStatus>();
        using var rows = db.Prepare("SELECT sweep_key, name, state, created_at, definition, priority, max_running, stack, reason FROM t_sweeps WHERE ?1 IS NULL OR name = ?1 ORDER BY sweep_key", name);
        while (rows.Step())
        {
            var states = new Dictionary<TrialState, long>();
            var (done, total) = (0L, 0L);
            using var counts = db.Prepare(
                "SELECT state, count(*), sum(epochs_done), sum(epochs) FROM t_trials WHERE sweep_key = ? AND wanted GROUP BY state", rows.Long(0));
            while (counts.Step())
            {
                states[Words.Parse<TrialState>(counts.Text(0))] = counts.Long(1);
                done += counts.Long(2);
                total += counts.Long(3);
            }

            sweeps.Add(new SweepStatus(
                rows.Long(0), rows.Text(1), Words.Parse<SweepState>(rows.Text(2)), Instant(rows.Long(3)), rows.Text(4), states, done, total)
            {
                Priority = rows.Int(5), MaxConcurrent = (int?)rows.LongOrNull(6), Stack = rows.TextOrNull(7), Reason = rows.TextOrNull(8),
            });
        }

        return sweeps;
    }
}
