using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <content>How attempts end.</content>
internal sealed partial class SqliteStore
{
    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            db =>
            {
                if (LoadTrial(db, attempt.TrialKey) is not { } trial)
                    return false;
                if (!trial.IsOwnedBy(attempt))
                    return HasEnded(db, attempt, end.Outcome);
                var now = Now();
                switch (end.Outcome)
                {
                    case AttemptOutcome.Succeeded:
                        Succeed(db, attempt, trial, end, now);
                        break;
                    case AttemptOutcome.Failed:
                        EndFailed(db, attempt, trial, Words.Of(end.Outcome), end.FailureClass ?? FailureClass.Crash, end.Reason, now);
                        break;
                    default:
                        var (state, reason) = TrialPolicy.AfterAttempt(trial.SweepState, trial.Wanted, trial.StopRequested);
                        EndAttempt(db, attempt, trial, Words.Of(end.Outcome), null, end.Reason, now);
                        EndTrial(db, attempt, state, now, (trial.Failures, trial.Losses), null, end.Reason ?? reason);
                        break;
                }

                return true;
            },
            cancellationToken);

    /// <summary>The same end told twice, because its first answer was lost.</summary>
    private static bool HasEnded(SqliteConnection db, AttemptKey attempt, AttemptOutcome outcome) =>
        db.Scalar("SELECT outcome FROM t_attempts WHERE trial_key = ? AND attempt = ?", attempt.TrialKey, attempt.Attempt) is string known && known == Words.Of(outcome);

    private static void Succeed(SqliteConnection db, AttemptKey attempt, TrialRow trial, AttemptEnd end, long now)
    {
        if (trial.EpochsDone != (end.Epochs ?? trial.Epochs))
        {
            throw new InvalidOperationException(
                $"Trial {trial.TrialId} attempt {attempt.Attempt} was to succeed with {trial.EpochsDone} of {end.Epochs ?? trial.Epochs} epochs stored. Append its reports first.");
        }

        foreach (var evaluation in end.Evaluations)
        {
            db.Execute(
                """
                INSERT OR REPLACE INTO t_evaluations(trial_key, metric, samples, images, value, file, sweep_key, point_key, seed)
                SELECT trial_key, ?2, ?3, ?4, ?5, ?6, sweep_key, point_key, seed FROM t_trials WHERE trial_key = ?1
                """,
                attempt.TrialKey, evaluation.Metric, evaluation.Samples, evaluation.Images, evaluation.Value, evaluation.File);
        }

        EndAttempt(db, attempt, trial, Words.Of(AttemptOutcome.Succeeded), null, end.Reason, now);
        db.Execute(
            """
            UPDATE t_trials SET state = 'succeeded', lease_until = NULL, finished_at = ?, failure_class = NULL, reason = ?, model_path = ?,
                epochs = epochs_done
            WHERE trial_key = ?
            """,
            now, end.Reason, end.ModelPath, attempt.TrialKey);
        if (trial.LastCheckpoint is { } last && last != trial.BestCheckpoint)
            db.Execute("UPDATE t_checkpoints SET obsolete = 1 WHERE checkpoint_key = ? AND path IS NOT ?", last, end.ModelPath);
    }

    private static void EndFailed(SqliteConnection db, AttemptKey attempt, TrialRow trial, string outcome, FailureClass failure, string? reason, long now)
    {
        var (failures, losses, again) = TrialPolicy.Count(failure, trial.Failures, trial.Losses, trial.MaxAttempts);
        var (state, stopReason) = again
            ? TrialPolicy.AfterAttempt(trial.SweepState, trial.Wanted, trial.StopRequested)
            : (TrialState.Failed, null);
        EndAttempt(db, attempt, trial, outcome, failure, reason, now);
        EndTrial(db, attempt, state, now, (failures, losses), failure, stopReason ?? reason);
        if (failure == FailureClass.Error && trial is { Wanted: true, SweepState: SweepState.Active })
            StopHopeless(db, trial, reason, now);
    }

    /// <summary>What no trial can be trained with is better said after a few than after a thousand.</summary>
    private static void StopHopeless(SqliteConnection db, TrialRow trial, string? reason, long now)
    {
        if (db.Scalar(
            "SELECT 1 FROM t_trials WHERE sweep_key = ? AND wanted AND (state = 'succeeded' OR epochs_done > ?) LIMIT 1", trial.SweepKey, trial.EpochsDone) is not null)
        {
            return;
        }

        var failed = new List<(long, string?)>();
        using (var rows = db.Prepare(
            $"SELECT coalesce(point_key, 0), reason FROM t_trials WHERE sweep_key = ? AND wanted AND state = 'failed' AND failure_class = 'error' LIMIT {TrialPolicy.ErrorsRead}",
            trial.SweepKey))
        {
            while (rows.Step())
                failed.Add((rows.Long(0), rows.TextOrNull(1)));
        }

        var points = (long)db.Scalar(
            $"SELECT count(*) FROM (SELECT DISTINCT point_key FROM t_trials WHERE sweep_key = ? AND wanted LIMIT {TrialPolicy.PointsThatMatter})", trial.SweepKey)!;
        var devices = (long)db.Scalar(
            """
            SELECT count(DISTINCT a.worker_key) FROM t_trials t JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt
            WHERE t.sweep_key = ? AND t.state = 'running'
            """,
            trial.SweepKey)!;
        if (!TrialPolicy.IsErrorOfSweep(reason, failed, points, devices))
            return;
        db.Execute("UPDATE t_sweeps SET state = 'stopped', reason = ?2 WHERE sweep_key = ?1", trial.SweepKey, TrialPolicy.SweepHopeless(trial.TrialId, reason));
        db.Execute(
            "UPDATE t_trials SET state = 'stopped', finished_at = ?, reason = ? WHERE sweep_key = ? AND state IN ('queued', 'paused')",
            now, TrialPolicy.SweepStopped, trial.SweepKey);
    }

    private static void EndAttempt(SqliteConnection db, AttemptKey attempt, TrialRow trial, string outcome, FailureClass? failure, string? reason, long now) =>
        db.Execute(
            "UPDATE t_attempts SET ended_at = ?, to_epoch = ?, outcome = ?, failure_class = ?, reason = ? WHERE trial_key = ? AND attempt = ?",
            now, trial.AttemptEpoch, outcome, Words.Of(failure), reason, attempt.TrialKey, attempt.Attempt);

    /// <summary>Every end but success. The reason of the last failure stays until another takes its place.</summary>
    private static void EndTrial(SqliteConnection db, AttemptKey attempt, TrialState state, long now, (int Failures, int Losses) counts, FailureClass? failure, string? reason) =>
        db.Execute(
            """
            UPDATE t_trials
            SET state = ?, lease_until = NULL, finished_at = ?, failures = ?, losses = ?, failure_class = coalesce(?, failure_class), reason = coalesce(?, reason)
            WHERE trial_key = ?
            """,
            Words.Of(state), TrialPolicy.IsFinished(state) ? now : null, counts.Failures, counts.Losses, Words.Of(failure), reason, attempt.TrialKey);
}
