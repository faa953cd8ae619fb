using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Budgets: the epochs that a trial may run before its scheduler is asked again. Without a scheduler a trial has none
/// and may run all.</content>
public sealed partial class Ledger
{
    /// <summary>Why a trial is paused that has used up its budget.</summary>
    public const string BudgetUsed = "it waits for its scheduler";

    /// <summary>Says how far a trial may run now. One that waited for this goes on from its last checkpoint; one that has more
    /// than the budget behind it rests.</summary>
    /// <param name="epochs">At least 1; null for all.</param>
    /// <returns>False when there is no such trial, or it is finished.</returns>
    public bool SetBudget(long trialKey, int? epochs)
    {
        RequireBudget(epochs);
        if (TrialOf(trialKey) is not { } trial || TrialPolicy.IsFinished(trial.Doc.State))
            return false;
        var rested = trial.Doc.State == TrialState.Paused;
        var changed = trial.Doc with { Budget = epochs };
        // A paused trial of a paused sweep stays so, whatever its scheduler says; one that was queued again meanwhile may rest.
        if (trial.Doc.State == TrialState.Queued
            || (trial.Sweep.Doc.State == SweepState.Active && trial.Doc.State != TrialState.Running))
        {
            var rests = AtBudget(changed);
            changed = changed with
            {
                State = rests ? TrialState.Paused : TrialState.Queued, Reason = rests ? BudgetUsed : rested
                    ? null : changed.Reason,
            };
        }

        Set(new TrialPut(changed));
        return true;
    }

    /// <summary>The trials of a sweep that have used up their budgets and wait for their scheduler, by index.</summary>
    public IReadOnlyList<TrialDocument> Waiting(string sweep) => SweepOf(sweep) is not { } known ? [] :
    [
        .. known.Trials.Select(one => one.Doc).Where(one => one.Wanted && Rests(one))
            .OrderBy(one => one.Index)
            .ThenBy(one => one.Key),
    ];

    /// <summary>Epochs that a trial may run to now.</summary>
    private int MayRun(TrialDocument trial) =>
        _rules.Budgets ? Math.Min(trial.Budget ?? trial.Epochs, trial.Epochs) : trial.Epochs;

    /// <summary>A trial has used up its budget when a checkpoint holds all of it: without one, it has to run again to go
    /// on.</summary>
    private bool AtBudget(TrialDocument trial) => trial.CheckpointEpoch >= MayRun(trial) && MayRun(trial) < trial.Epochs;

    /// <summary>It is paused until its scheduler says more.</summary>
    private bool Rests(TrialDocument trial) => trial.State == TrialState.Paused && AtBudget(trial);

    private static void RequireBudget(int? epochs)
    {
        if (epochs < 1)
            throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "A budget is at least one epoch; null stands for all.");
    }
}
