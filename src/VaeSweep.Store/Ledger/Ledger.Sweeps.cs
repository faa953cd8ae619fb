using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Owners' wishes: pause, stop, go on, adjust, retry.</content>
public sealed partial class Ledger
{
    /// <summary>Pauses, stops or makes active. A pause leaves queued trials queued but gives none out. A stop closes queued and
    /// paused ones as stopped. Making active queues paused trials again (but those whose scheduler was not heard), and those that
    /// a stop of the sweep closed, but not those stopped one by one. Running trials learn it from their next renewal.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    public bool SetState(string name, SweepState state, DateTimeOffset now)
    {
        if (SweepOf(name) is not { } sweep)
            return false;
        if (sweep.Doc.State != state || sweep.Doc.Reason is not null)
            Set(new SweepPut(sweep.Doc with { State = state, Reason = null }));
        if (state == SweepState.Stopped)
            CloseOpen(sweep, TrialPolicy.SweepStopped, now);
        else if (state == SweepState.Active)
            Open(sweep);
        return true;
    }

    /// <summary>Changes a sweep's place among the others, and how many of its trials run at once. Running ones go on.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    public bool Adjust(string name, SweepAdjustment change)
    {
        if (change.MaxConcurrent < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(change), change.MaxConcurrent,
                "At least one trial of a sweep must be allowed to run; pause it to run none.");
        }

        if (SweepOf(name) is not { } sweep)
            return false;
        Set(new SweepPut(sweep.Doc with
        {
            Priority = change.Priority ?? sweep.Doc.Priority,
            MaxConcurrent = change.NoLimit ? null : change.MaxConcurrent ?? sweep.Doc.MaxConcurrent,
            Stack = change.AnyStack ? SweepStatus.AnyStack : sweep.Doc.Stack,
        }));
        return true;
    }

    /// <summary>Stops one trial; a running one learns it from its next renewal. It stays stopped until it is retried by
    /// name.</summary>
    /// <returns>False when there is no such trial, or it has succeeded or failed.</returns>
    public bool Stop(long trialKey, DateTimeOffset now)
    {
        if (TrialOf(trialKey) is not { Doc: { State: not (TrialState.Succeeded or TrialState.Failed) } doc } trial)
            return false;
        var stopped = doc with { StopRequested = true };
        Set(new TrialPut(doc.State is TrialState.Queued or TrialState.Paused
            ? Closed(stopped, TrialPolicy.StoppedByOwner, now) : stopped));
        return true;
    }

    /// <summary>Queues failed trials again with a fresh count of failures: all that are wanted, or those of one class, or one
    /// trial, which may also be a stopped one. They go on from their last checkpoint.</summary>
    /// <returns>How many.</returns>
    public int Retry(string name, FailureClass? failureClass, long? trialKey)
    {
        if (SweepOf(name) is not { } sweep)
            return 0;
        var one = trialKey is { } key ? TrialOf(key) : null;
        var candidates = trialKey is null ? sweep.Trials.OrderBy(trial => trial.Doc.Key) : one?.Sweep == sweep
            ? [one] : (IEnumerable<LedgerTrial>)[];
        var retried = candidates.Where(trial => trial.Doc.Wanted
            && (trial.Doc.State == TrialState.Failed || (trial.Doc.State == TrialState.Stopped && trialKey is not null))
            && (failureClass is null || trial.Doc.FailureClass == failureClass)).ToList();
        foreach (var trial in retried)
            Set(new TrialPut(QueuedAgain(trial) with { Failures = 0, Losses = 0, FailureClass = null, StopRequested = false }));
        return retried.Count;
    }

    private void CloseOpen(LedgerSweep sweep, string reason, DateTimeOffset now)
    {
        foreach (var trial in InOrder(sweep, trial => trial.State is TrialState.Queued or TrialState.Paused))
            Set(new TrialPut(Closed(trial.Doc, reason, now)));
    }

    private void Open(LedgerSweep sweep)
    {
        foreach (var trial in InOrder(sweep, trial => trial.State is TrialState.Paused or TrialState.Stopped))
        {
            if (trial.Doc.State == TrialState.Paused && !AtBudget(trial.Doc))
                Set(new TrialPut(trial.Doc with { State = TrialState.Queued }));
            else if (trial.Doc is { State: TrialState.Stopped, Wanted: true, StopRequested: false } && !IsEndedEarly(trial.Doc))
                Set(new TrialPut(QueuedAgain(trial)));
        }
    }

    /// <summary>Trials as they were submitted: what becomes of them must not depend on how the Ledger came to hold
    /// them.</summary>
    private static List<LedgerTrial> InOrder(LedgerSweep sweep, Func<TrialDocument, bool> which) =>
        [.. sweep.Trials.Where(trial => which(trial.Doc)).OrderBy(trial => trial.Doc.Key)];

    private static TrialDocument Closed(TrialDocument trial, string reason, DateTimeOffset now) =>
        trial with { State = TrialState.Stopped, FinishedAt = Ticks(now), Reason = reason };

    /// <summary>A finished trial opened again, with its checkpoints as far as they have not been given up for room. One at its
    /// budget waits as before.</summary>
    private TrialDocument QueuedAgain(LedgerTrial trial)
    {
        var doc = trial.Doc;
        var last = trial.Checkpoint(doc.LastCheckpoint) is { Obsolete: false } kept ? kept : null;
        var best = trial.Checkpoint(doc.BestCheckpoint) is { Obsolete: false } bestKept ? bestKept : null;
        var open = doc with
        {
            State = TrialState.Queued, FinishedAt = 0, Reason = null,
            LastCheckpoint = last?.Key ?? 0, CheckpointEpoch = last?.Epoch
                ?? TrialDocument.NoCheckpoint, BestCheckpoint = best?.Key ?? 0,
        };
        return AtBudget(open) ? open with { State = TrialState.Paused, Reason = BudgetUsed } : open;
    }
}
