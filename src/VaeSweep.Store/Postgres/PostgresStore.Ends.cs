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
        if (failure == FailureClass.Error)
            await PauseHopelessAsync(session, trial, reason);
    }

    /// <summary>What cannot be read or built in one trial can often not in the others either: better one failure than a thousand.</summary>
    private static async Task PauseHopelessAsync(Session session, TrialRow trial, string? reason)
    {
        var paused = await session.ExecuteAsync(
            """
            UPDATE t_sweeps SET state = 'paused', reason = $2
            WHERE sweep_key = $1 AND state = 'active' AND NOT EXISTS (SELECT FROM t_trials WHERE sweep_key = $1 AND state = 'succeeded')
            """,
            trial.SweepKey, TrialPolicy.SweepPaused(trial.TrialId, reason));
        if (paused > 0)
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
            await session.TellAsync(StoreNews.Work);
    }

    private static double? Measured(double value) => double.IsNaN(value) ? null : value;
}
