using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>What a store did, checked against rules that are written down here a second time, apart from the store's own
/// code.</summary>
internal sealed class Journal
{
    /// <summary>What went against a rule, in words.</summary>
    public List<string> Breaches { get; } = [];

    /// <summary>Writes of attempts that took effect.</summary>
    public long Writes { get; private set; }

    public long Claims { get; private set; }

    /// <param name="before">The trial as it stood when the write came.</param>
    public void Wrote(string what, AttemptKey attempt, TrialDocument before)
    {
        Writes++;
        if (before.Attempt != attempt.Attempt || before.State != TrialState.Running)
        {
            Breaches.Add($"{what} of attempt {attempt.Attempt} took effect on trial {before.Key}, which is {before.State} in "
                + $"attempt {before.Attempt}");
        }
    }

    /// <param name="sweep">Whose trials were given out.</param>
    /// <param name="after">All sweeps as they stand then.</param>
    public void Claimed(string sweep, int trials, IReadOnlyList<SweepStatus> after)
    {
        Claims += trials;
        var mine = after.Single(one => one.Name == sweep);
        if (mine.Count(TrialState.Running) > mine.MaxConcurrent)
            Breaches.Add($"{mine.Count(TrialState.Running)} trials of {sweep} run after a claim; {mine.MaxConcurrent} may");
        foreach (var other in after.Where(one =>
            one.Priority > mine.Priority && one.State == SweepState.Active && one.Count(TrialState.Queued) > 0))
        {
            if (other.Count(TrialState.Running) < (other.MaxConcurrent ?? int.MaxValue))
                Breaches.Add($"{sweep} was given out before {other.Name}, which has a higher priority and room");
        }
    }
}
