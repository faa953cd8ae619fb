using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>What a store did, checked against rules that are written down here a second time, apart from the store's own code.</summary>
public sealed class Journal
{
    /// <summary>What went against a rule, in words.</summary>
    public List<string> Breaches { get; } = [];

    /// <summary>Writes of attempts that took effect.</summary>
    public long Writes { get; private set; }

    public long Claims { get; private set; }

    public void Wrote(string what, AttemptKey attempt, InMemoryStore.Row row)
    {
        Writes++;
        if (row.Attempt != attempt.Attempt || row.State != Sweeps.TrialState.Running)
        {
            Breaches.Add($"{what} of attempt {attempt.Attempt} took effect on trial {row.Key}, which is {row.State} in attempt {row.Attempt}");
        }
    }

    public void Claimed(InMemoryStore.Sweep sweep, IReadOnlyList<InMemoryStore.Row> claimed, IReadOnlyList<InMemoryStore.Row> all)
    {
        Claims += claimed.Count;
        var running = all.Count(r => r.Sweep == sweep && r.State == Sweeps.TrialState.Running);
        if (claimed.Count > 0 && running > sweep.MaxConcurrent)
        {
            Breaches.Add($"{running} trials of {sweep.Name} run after a claim; {sweep.MaxConcurrent} may");
        }

        foreach (var other in all.Select(r => r.Sweep).Distinct().Where(s => claimed.Count > 0 && s.Priority > sweep.Priority && s.State == Sweeps.SweepState.Active))
        {
            var rows = all.Where(r => r.Sweep == other).ToList();
            if (rows.Exists(r => r.State == Sweeps.TrialState.Queued) && rows.Count(r => r.State == Sweeps.TrialState.Running) < (other.MaxConcurrent ?? int.MaxValue))
            {
                Breaches.Add($"{sweep.Name} was given out before {other.Name}, which has a higher priority and room");
            }
        }
    }
}
