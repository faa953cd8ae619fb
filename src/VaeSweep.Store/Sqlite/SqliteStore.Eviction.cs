namespace VaeSweep.Store.Sqlite;

/// <content>Nodes whose process has ended.</content>
internal sealed partial class SqliteStore
{
    public Task<IReadOnlyList<AttemptKey>> EvictNodeAsync(string node, CancellationToken cancellationToken) =>
        _writer.WriteAsync<IReadOnlyList<AttemptKey>>(
            db =>
            {
                var now = Now();
                var held = HeldBy(db, node);
                foreach (var attempt in held)
                {
                    var trial = LoadTrial(db, attempt.TrialKey)!;
                    var (state, reason) = TrialPolicy.AfterAttempt(trial.SweepState, trial.Wanted, trial.StopRequested);
                    EndAttempt(db, attempt, trial, Words.Of(AttemptOutcome.Released), null, TrialPolicy.NodeEnded, now);
                    EndTrial(db, attempt, state, now, (trial.Failures, trial.Losses), null, reason);
                }

                db.Execute("UPDATE t_leaders SET holder = NULL, expires_at = 0 WHERE holder = ?", node);
                db.Execute("UPDATE t_nodes SET alive_until = 0 WHERE node = ?", node);
                return held;
            },
            cancellationToken);

    private static List<AttemptKey> HeldBy(SqliteConnection db, string node)
    {
        var held = new List<AttemptKey>();
        using var rows = db.Prepare(
            """
            SELECT t.trial_key, t.attempt
            FROM t_trials t JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt JOIN t_workers w USING (worker_key)
            WHERE t.state = 'running' AND w.node = ? ORDER BY t.trial_key
            """,
            node);
        while (rows.Step())
            held.Add(new AttemptKey(rows.Long(0), rows.Int(1)));
        return held;
    }
}
