using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>How attempts end.</content>
internal sealed partial class PostgresStore
{
    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) => end.Outcome == AttemptOutcome.Succeeded
        ? SucceedAsync(attempt, end, cancellationToken)
        : TransactAsync(
            async session =>
            {
                // The sweep's row is held too, for its state decides: a stop at this moment must not miss the trial.
                var found = await session.RowsAsync(ReadTrialRow, $"{SelectTrialRow} WHERE t.trial_key = $1 FOR UPDATE OF t FOR SHARE OF s", attempt.TrialKey);
                if (found.Count == 0)
                    return false;
                var trial = found[0];
                if (!trial.IsOwnedBy(attempt))
                {
                    // The same end told twice, because its first answer was lost.
                    return await session.ScalarAsync("SELECT outcome FROM t_attempts WHERE trial_key = $1 AND attempt = $2", attempt.TrialKey, attempt.Attempt) is string known
                        && known == Words.Of(end.Outcome);
                }

                switch (end.Outcome)
                {
                    case AttemptOutcome.Failed:
                        await EndFailedAsync(session, trial, Words.Of(end.Outcome), end.FailureClass ?? FailureClass.Crash, end.Reason);
                        break;
                    default:
                        var (state, reason) = TrialPolicy.AfterAttempt(trial.SweepState, trial.Wanted, trial.StopRequested);
                        await EndAttemptAsync(session, trial, Words.Of(end.Outcome), null, end.Reason);
                        await EndTrialAsync(session, trial, state, (trial.Failures, trial.Losses), null, end.Reason ?? reason);
                        break;
                }

                return true;
            },
            cancellationToken);

    private static async Task EndFailedAsync(Session session, TrialRow trial, string outcome, FailureClass failure, string? reason)
    {
        var (failures, losses, again) = TrialPolicy.Count(failure, trial.Failures, trial.Losses, trial.MaxAttempts);
        var (state, stopReason) = again
            ? TrialPolicy.AfterAttempt(trial.SweepState, trial.Wanted, trial.StopRequested)
            : (TrialState.Failed, null);
        await EndAttemptAsync(session, trial, outcome, failure, reason);
        await EndTrialAsync(session, trial, state, (failures, losses), failure, stopReason ?? reason);
        if (failure == FailureClass.Error && trial is { Wanted: true, SweepState: SweepState.Active })
            await StopHopelessAsync(session, trial, reason);
    }

    /// <summary>What no trial can be trained with is better said after a few than after a thousand.</summary>
    private static async Task StopHopelessAsync(Session session, TrialRow trial, string? reason)
    {
        if (await session.ScalarAsync(
            "SELECT EXISTS (SELECT FROM t_trials WHERE sweep_key = $1 AND wanted AND (state = 'succeeded' OR epochs_done > $2))", trial.SweepKey, trial.EpochsDone) is true)
        {
            return;
        }

        var failed = await session.RowsAsync(
            row => (row.IsDBNull(0) ? 0 : row.GetInt64(0), TextOrNull(row, 1)),
            $"SELECT point_key, reason FROM t_trials WHERE sweep_key = $1 AND wanted AND state = 'failed' AND failure_class = 'error' LIMIT {TrialPolicy.ErrorsRead}",
            trial.SweepKey);
        var points = (long)(await session.ScalarAsync(
            $"SELECT count(*) FROM (SELECT DISTINCT point_key FROM t_trials WHERE sweep_key = $1 AND wanted LIMIT {TrialPolicy.PointsThatMatter}) p", trial.SweepKey))!;
        var devices = (long)(await session.ScalarAsync(
            """
            SELECT count(DISTINCT a.worker_key) FROM t_attempts a JOIN t_trials t USING (trial_key) WHERE a.outcome IS NULL AND t.sweep_key = $1
            """,
            trial.SweepKey))!;
        if (!TrialPolicy.IsErrorOfSweep(reason, failed, points, devices))
            return;
        var stopped = await session.ExecuteAsync(
            "UPDATE t_sweeps SET state = 'stopped', reason = $2 WHERE sweep_key = $1 AND state = 'active'", trial.SweepKey, TrialPolicy.SweepHopeless(trial.TrialId, reason));
        if (stopped == 0)
            return;
        await session.ExecuteAsync(
            $"UPDATE t_trials SET state = 'stopped', finished_at = {NowSql}, reason = $2 WHERE sweep_key = $3 AND state IN ('queued', 'paused')",
            session.Clock, TrialPolicy.SweepStopped, trial.SweepKey);
        await session.TellAsync(StoreNews.Wish);
    }

    private static Task EndAttemptAsync(Session session, TrialRow trial, string outcome, FailureClass? failure, string? reason) =>
        session.ExecuteAsync(
            $"UPDATE t_attempts SET ended_at = {NowSql}, to_epoch = $2, outcome = $3, failure_class = $4, reason = $5 WHERE trial_key = $6 AND attempt = $7",
            session.Clock, trial.AttemptEpoch, outcome, Words.Of(failure), reason, trial.Key, trial.Attempt);

    /// <summary>Every end but success. The reason of the last failure stays until another takes its place.</summary>
    private static async Task EndTrialAsync(
        Session session, TrialRow trial, TrialState state, (int Failures, int Losses) counts, FailureClass? failure, string? reason)
    {
        await session.ExecuteAsync(
            $"""
            UPDATE t_trials
            SET state = $2, lease_until = NULL, finished_at = CASE WHEN $3 THEN {NowSql} END, failures = $4, losses = $5,
                failure_class = coalesce($6, failure_class), reason = coalesce($7, reason)
            WHERE trial_key = $8
            """,
            session.Clock, Words.Of(state), TrialPolicy.IsFinished(state), counts.Failures, counts.Losses, Words.Of(failure), reason, trial.Key);
        if (state == TrialState.Queued)
        {
            await session.ExecuteAsync(EnqueueSql, trial.Key);
            await session.TellAsync(StoreNews.Work);
        }
    }

    private static double? Measured(double value) => double.IsNaN(value) ? null : value;
}
