namespace VaeSweep.Store.Postgres;

/// <content>Nodes whose process has ended.</content>
internal sealed partial class PostgresStore
{
    public Task<IReadOnlyList<AttemptKey>> EvictNodeAsync(string node, CancellationToken cancellationToken) =>
        TransactAsync<IReadOnlyList<AttemptKey>>(
            async session =>
            {
                // The sweeps' rows are held too, as in a finish: a stop at this moment must not miss a trial.
                var held = await session.RowsAsync(
                    ReadTrialRow,
                    $"""
                    {SelectTrialRow} JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt JOIN t_workers w USING (worker_key)
                    WHERE a.outcome IS NULL AND t.state = 'running' AND w.node = $1 ORDER BY t.trial_key FOR UPDATE OF t FOR SHARE OF s
                    """,
                    node);
                foreach (var trial in held)
                {
                    var (state, reason) = TrialPolicy.AfterAttempt(trial.SweepState, trial.Wanted, trial.StopRequested);
                    await EndAttemptAsync(session, trial, Words.Of(AttemptOutcome.Released), null, TrialPolicy.NodeEnded);
                    await EndTrialAsync(session, trial, state, (trial.Failures, trial.Losses), null, reason);
                }

                await session.ExecuteAsync("UPDATE t_leaders SET holder = NULL, expires_at = 0 WHERE holder = $1", node);
                await session.ExecuteAsync("UPDATE t_nodes SET alive_until = 0 WHERE node = $1", node);
                return [.. held.Select(trial => new AttemptKey(trial.Key, trial.Attempt))];
            },
            cancellationToken);
}
