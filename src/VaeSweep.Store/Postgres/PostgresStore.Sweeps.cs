using Npgsql;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>Sweeps and their owners' wishes.</content>
internal sealed partial class PostgresStore
{
    public Task<SubmitResult> SubmitAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sweep.MaxAttempts, 1);
        return Task.Run(() => OnceAsync(session => new PostgresSubmission(session).ApplyAsync(sweep, trials), cancellationToken), cancellationToken);
    }

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        Task.Run(() => OnceAsync(session => new PostgresSubmission(session).PlanAsync(sweep, trials), cancellationToken), cancellationToken);

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) => TransactAsync(session => ReadSweepsAsync(session, null), cancellationToken);

    public async Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        (await TransactAsync(session => ReadSweepsAsync(session, name), cancellationToken)).FirstOrDefault();

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) =>
        TransactAsync(
            async session =>
            {
                if (await session.ScalarAsync("UPDATE t_sweeps SET state = $1, reason = NULL WHERE name = $2 RETURNING sweep_key", Words.Of(state), name) is not long sweepKey)
                    return false;
                await session.TellAsync(state == SweepState.Active ? StoreNews.Work : StoreNews.Wish);
                if (state == SweepState.Active)
                {
                    var queued = await session.ExecuteAsync(
                        $"""
                        UPDATE t_trials SET state = 'queued', finished_at = NULL, {TrialSql.KeepCheckpoint}, reason = CASE WHEN state = 'stopped' THEN NULL ELSE reason END
                        WHERE sweep_key = $1 AND (state = 'paused' OR state = 'stopped' AND wanted AND NOT stop_requested)
                        """,
                        sweepKey);
                    // A stop leaves the queue as it is: it is not read again before this.
                    if (queued > 0)
                        await SynchroniseQueueAsync(session, sweepKey);
                }
                else if (state == SweepState.Stopped)
                {
                    await session.ExecuteAsync(
                        $"UPDATE t_trials SET state = 'stopped', finished_at = {NowSql}, reason = $2 WHERE sweep_key = $3 AND state IN ('queued', 'paused')",
                        session.Clock, TrialPolicy.SweepStopped, sweepKey);
                }

                return true;
            },
            cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        TransactAsync(
            async session =>
            {
                await session.TellAsync(StoreNews.Work);
                return await session.ExecuteAsync(
                    """
                    UPDATE t_sweeps SET priority = coalesce($2, priority), max_running = CASE WHEN $3 THEN NULL ELSE coalesce($4, max_running) END,
                        stack = CASE WHEN $5 THEN $6 ELSE stack END
                    WHERE name = $1
                    """,
                    name, Whole(change.Priority), change.NoLimit, Whole(change.MaxConcurrent), change.AnyStack, SweepStatus.AnyStack) > 0;
            },
            cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        TransactAsync(
            async session =>
            {
                await session.TellAsync(StoreNews.Wish);
                var stopped = await session.ExecuteAsync(
                    $"""
                    UPDATE t_trials SET stop_requested = true,
                        state = CASE WHEN state IN ('queued', 'paused') THEN 'stopped' ELSE state END,
                        finished_at = CASE WHEN state IN ('queued', 'paused') THEN {NowSql} ELSE finished_at END,
                        reason = CASE WHEN state IN ('queued', 'paused') THEN $2 ELSE reason END
                    WHERE trial_key = $3 AND state NOT IN ('succeeded', 'failed')
                    """,
                    session.Clock, TrialPolicy.StoppedByOwner, trialKey);
                await session.ExecuteAsync("DELETE FROM t_queue WHERE trial_key = $1", trialKey);
                return stopped > 0;
            },
            cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) =>
        TransactAsync(
            async session =>
            {
                await session.TellAsync(StoreNews.Work);
                var sweeps = await session.RowsAsync(
                    row => row.GetInt64(0),
                    $"""
                    UPDATE t_trials
                    SET state = 'queued', {TrialSql.KeepCheckpoint}, failures = 0, losses = 0, finished_at = NULL, failure_class = NULL, reason = NULL, stop_requested = false
                    WHERE sweep_key = (SELECT sweep_key FROM t_sweeps WHERE name = $1) AND wanted
                      AND (state = 'failed' OR state = 'stopped' AND $3::bigint IS NOT NULL)
                      AND ($2::text IS NULL OR failure_class = $2) AND ($3::bigint IS NULL OR trial_key = $3)
                    RETURNING sweep_key
                    """,
                    sweep, Words.Of(failureClass), trialKey ?? (object)DBNull.Value);
                if (sweeps.Count > 0)
                    await SynchroniseQueueAsync(session, sweeps[0]);
                return sweeps.Count;
            },
            cancellationToken);

    private static async Task<IReadOnlyList<SweepStatus>> ReadSweepsAsync(Session session, string? name)
    {
        var sweeps = await session.RowsAsync(
            row => (
                Key: row.GetInt64(0), Name: row.GetString(1), State: row.GetString(2), CreatedAt: row.GetInt64(3), Definition: row.GetString(4), Priority: row.GetInt32(5),
                Limit: row.IsDBNull(6) ? default(int?) : row.GetInt32(6), Stack: TextOrNull(row, 7), Reason: TextOrNull(row, 8)),
            "SELECT sweep_key, name, state, created_at, definition, priority, max_running, stack, reason FROM t_sweeps WHERE $1::text IS NULL OR name = $1 ORDER BY sweep_key", name);
        var counts = await session.RowsAsync(
            row => (Sweep: row.GetInt64(0), State: row.GetString(1), Trials: row.GetInt64(2), Done: row.GetInt64(3), Total: row.GetInt64(4)),
            """
            SELECT sweep_key, state, count(*), sum(epochs_done)::bigint, sum(epochs)::bigint FROM t_trials
            WHERE wanted AND ($1::text IS NULL OR sweep_key = (SELECT sweep_key FROM t_sweeps WHERE name = $1)) GROUP BY sweep_key, state
            """,
            name);
        var byKey = counts.ToLookup(count => count.Sweep);
        return
        [
            .. sweeps.Select(sweep => new SweepStatus(
                sweep.Key, sweep.Name, Words.Parse<SweepState>(sweep.State), Instant(sweep.CreatedAt), sweep.Definition,
                byKey[sweep.Key].ToDictionary(count => Words.Parse<TrialState>(count.State), count => count.Trials), byKey[sweep.Key].Sum(count => count.Done),
                byKey[sweep.Key].Sum(count => count.Total))
            {
                Priority = sweep.Priority, MaxConcurrent = sweep.Limit, Stack = sweep.Stack, Reason = sweep.Reason,
            }),
        ];
    }

    /// <summary>As <see cref="TransactAsync"/>, for work that reads the caller's trials and so cannot run twice.</summary>
    private async Task<T> OnceAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(new Session(connection, transaction, Now, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (NpgsqlException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw PostgresFailure.Explain(error, Location);
        }
    }
}
