using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>How attempts end.</content>
public sealed partial class Ledger
{
    /// <summary>Ends an attempt, with its evaluations when it succeeded. After <see cref="AttemptOutcome.Failed"/> the trial is
    /// queued again while the class allows a retry and attempts are left; without a class it counts as a crash.</summary>
    /// <returns>True when the attempt has ended so, now or by an earlier call; false when it is lost and nothing was
    /// changed.</returns>
    /// <exception cref="InvalidOperationException">A success whose epochs are not all stored; nothing was changed.</exception>
    public bool Finish(AttemptFence attempt, AttemptEnd end, DateTimeOffset now)
    {
        if (Owned(attempt) is not { } trial)
        {
            // The same end told twice, because its first answer was lost.
            return (attempt.Generation == Generation || !_rules.Generations)
                && TrialOf(attempt.Trial)?.Find(attempt.Fence)?.Outcome == Words.Of(end.Outcome);
        }

        switch (end.Outcome)
        {
            case AttemptOutcome.Succeeded:
                Succeed(trial, end, now);
                break;
            case AttemptOutcome.Failed:
                EndFailed(trial, Words.Of(end.Outcome), end.FailureClass ?? FailureClass.Crash, end.Reason, now);
                break;
            default:
                EndUnfinished(trial, Words.Of(end.Outcome), end.Reason, end.Reason, now);
                break;
        }

        return true;
    }

    private void Succeed(LedgerTrial trial, AttemptEnd end, DateTimeOffset now)
    {
        var doc = trial.Doc;
        if (doc.EpochsDone != (end.Epochs ?? doc.Epochs))
        {
            throw new InvalidOperationException(
                $"Trial {doc.Fingerprint.Id} attempt {doc.Attempt} was to succeed with {doc.EpochsDone} "
                    + $"of {end.Epochs ?? doc.Epochs} "
                + "epochs stored. Append its reports first.");
        }

        foreach (var evaluation in end.Evaluations)
            Set(new EvaluationPut(new EvaluationDocument(doc.Key, evaluation)));
        EndAttempt(trial, Words.Of(AttemptOutcome.Succeeded), null, end.Reason, now);
        Set(new TrialPut(doc with
        {
            State = TrialState.Succeeded, FinishedAt = Ticks(now), FailureClass = null, Reason = end.Reason,
            ModelPath = end.ModelPath, Epochs = doc.EpochsDone, Files = FilesOf(end.Evaluations),
        }));
        // With more epochs it goes on from its last one.
        if (doc.BestCheckpoint != doc.LastCheckpoint && trial.Checkpoint(doc.BestCheckpoint)?.Path != end.ModelPath)
            MakeObsolete(trial, doc.BestCheckpoint);
    }

    private void EndFailed(LedgerTrial trial, string outcome, FailureClass failure, string? reason, DateTimeOffset now)
    {
        var doc = trial.Doc;
        var (failures, losses, again) = TrialPolicy.Count(failure, doc.Failures, doc.Losses, trial.Sweep.Doc.MaxAttempts);
        var (state, stopReason) = again ? AfterAttempt(trial) : (TrialState.Failed, null);
        EndAttempt(trial, outcome, failure, reason, now);
        Set(new TrialPut(doc with
        {
            State = state, FinishedAt = TrialPolicy.IsFinished(state) ? Ticks(now) : 0, Failures = failures, Losses = losses,
            FailureClass = failure, Reason = stopReason ?? reason ?? doc.Reason,
        }));
        if (failure == FailureClass.Error && doc.Wanted && trial.Sweep.Doc.State == SweepState.Active)
            StopHopeless(trial, reason, now);
    }

    /// <summary>Ends an attempt that is no failure: its trial goes where its owner wants it.</summary>
    /// <param name="trialReason">Null: the owner's.</param>
    private void EndUnfinished(LedgerTrial trial, string outcome, string? reason, string? trialReason, DateTimeOffset now)
    {
        var (state, wish) = AfterAttempt(trial);
        EndAttempt(trial, outcome, null, reason, now);
        Set(new TrialPut(trial.Doc with
        {
            State = state, FinishedAt = TrialPolicy.IsFinished(state) ? Ticks(now) : 0, Reason = trialReason ?? wish
                ?? trial.Doc.Reason,
        }));
    }

    private void EndAttempt(LedgerTrial trial, string outcome, FailureClass? failure, string? reason, DateTimeOffset now)
    {
        var last = trial.Last!;
        Set(new AttemptPut(last with
        {
            Token = null, EndedAt = Ticks(now), ToEpoch = trial.Doc.AttemptEpoch, Outcome = outcome, FailureClass = failure,
            Reason = reason,
        }));
    }

    /// <summary>Ends attempts that are not their trials' fault.</summary>
    private IReadOnlyList<AttemptFence> Release(
        IReadOnlyList<LedgerTrial> trials, string outcome, string reason, DateTimeOffset now)
    {
        foreach (var trial in trials)
            EndUnfinished(trial, outcome, reason, trialReason: null, now);
        return [.. trials.Select(FenceOf)];
    }

    /// <summary>Where a trial that is not finished goes when its attempt ends, by what its owner asks for now.</summary>
    private (TrialState State, string? Reason) AfterAttempt(LedgerTrial trial)
    {
        var (state, reason) = TrialPolicy.AfterAttempt(trial.Sweep.Doc.State, trial.Doc.Wanted, trial.Doc.StopRequested);
        return state == TrialState.Queued && AtBudget(trial.Doc) ? (TrialState.Paused, BudgetUsed) : (state, reason);
    }

    /// <summary>What no trial can be trained with is better said after a few than after a thousand.</summary>
    private void StopHopeless(LedgerTrial failed, string? reason, DateTimeOffset now)
    {
        var sweep = failed.Sweep;
        var done = failed.Doc.EpochsDone;
        if (sweep.Count(TrialState.Succeeded) > 0)
            return;
        if (sweep.Furthest > done && sweep.Trials.Any(one => one.Doc.Wanted && one.Doc.EpochsDone > done))
            return;
        var alike = sweep.Errors.Take(TrialPolicy.ErrorsRead).Select(one => (one.Doc.Point, one.Doc.Reason)).ToList();
        var points = sweep.Trials.Where(one => one.Doc.Wanted).Select(one => one.Doc.Point).Distinct()
            .Take(TrialPolicy.PointsThatMatter).Count();
        var devices = sweep.Running.Select(one => one.Last!.Worker).Distinct().Count();
        if (!TrialPolicy.IsErrorOfSweep(reason, alike, points, devices))
            return;
        Set(new SweepPut(
            sweep.Doc with { State = SweepState.Stopped,
                Reason = TrialPolicy.SweepHopeless(failed.Doc.Fingerprint.Id, reason) }));
        CloseOpen(sweep, TrialPolicy.SweepStopped, now);
    }

    private static string[]? FilesOf(IReadOnlyList<Evaluation> evaluations) =>
        evaluations.Any(one => one.File is not null)
            ? [.. evaluations.Select(one => one.File).OfType<string>().Distinct(StringComparer.Ordinal)] : null;
}
