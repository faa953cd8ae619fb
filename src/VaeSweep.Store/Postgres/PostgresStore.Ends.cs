using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>How attempts end.</content>
internal sealed partial class PostgresStore
{
    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) =>
        TransactAsync(
            async session =>
            {
                // The sweep's row is held too where its state decides: a stop at this moment must not miss the trial. A success needs no such wait.
                var locks = end.Outcome == AttemptOutcome.Succeeded ? "FOR UPDATE OF t" : "FOR UPDATE OF t FOR SHARE OF s";
                var found = await session.RowsAsync(ReadTrialRow, $"{SelectTrialRow} WHERE t.trial_key = $1 {locks}", attempt.TrialKey);
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
                    case AttemptOutcome.Succeeded:
                        await SucceedAsync(session, trial, end);
                        break;
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

    private static async Task SucceedAsync(Session session, TrialRow trial, AttemptEnd end)
    {
        if (trial.EpochsDone != (end.Epochs ?? trial.Epochs))
        {
            throw new InvalidOperationException(
                $"Trial {trial.TrialId} attempt {trial.Attempt} was to succeed with {trial.EpochsDone} of {end.Epochs ?? trial.Epochs} epochs stored. Append its reports first.");
        }

        if (end.Evaluations.Count > 0)
        {
            await session.ExecuteAsync(
                """
                INSERT INTO t_evaluations(trial_key, metric, samples, images, value, file)
                SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::integer[], $5::double precision[], $6::text[])
                ON CONFLICT (trial_key, metric, samples) DO UPDATE SET images = excluded.images, value = excluded.value, file = excluded.file
                """,
                trial.Key, end.Evaluations.Select(one => one.Metric).ToArray(), end.Evaluations.Select(one => one.Samples).ToArray(),
                end.Evaluations.Select(one => one.Images).ToArray(), end.Evaluations.Select(one => Measured(one.Value)).ToArray(),
                end.Evaluations.Select(one => one.File).ToArray());
        }

        await EndAttemptAsync(session, trial, Words.Of(AttemptOutcome.Succeeded), null, end.Reason);
        await session.ExecuteAsync(
            $"""
            UPDATE t_trials SET state = 'succeeded', lease_until = NULL, finished_at = {NowSql}, failure_class = NULL, reason = $2, model_path = $3,
                epochs = epochs_done
            WHERE trial_key = $4
            """,
            session.Clock, end.Reason, end.ModelPath, trial.Key);
        if (trial.LastCheckpoint is { } last && last != trial.BestCheckpoint)
            await session.ExecuteAsync("UPDATE t_checkpoints SET obsolete = true WHERE checkpoint_key = $1 AND path IS DISTINCT FROM $2", last, end.ModelPath);
    }

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
