using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>What a Ledger answered, checked against rules that are written down here a second time.</summary>
internal sealed class LedgerWitness
{
    private readonly Dictionary<long, (AttemptFence Attempt, int History)> _fences = [];
    private readonly Dictionary<long, AttemptFence> _holders = [];
    private int _history;

    /// <summary>What went against a rule, in words.</summary>
    public List<string> Breaches { get; } = [];

    public void Granted(Ledger ledger, IReadOnlyList<Granted> granted, IReadOnlyDictionary<long, TrialDocument> before,
        IReadOnlyList<SweepStatus> after)
    {
        foreach (var one in granted)
        {
            if (!_fences.TryAdd(one.Attempt.Fence, (one.Attempt, _history)))
            {
                // An answer that is given again is no grant.
                if (_holders.GetValueOrDefault(one.Attempt.Trial) != one.Attempt)
                    Breaches.Add($"the fence of {_fences[one.Attempt.Fence]} was granted a second time, to {one.Attempt}");
                continue;
            }

            _holders[one.Attempt.Trial] = one.Attempt;
            var trial = before[one.Attempt.Trial];
            if (trial.Budget is { } budget && budget < trial.Epochs && trial.CheckpointEpoch >= budget)
                Breaches.Add($"trial {trial.Key} was granted with its budget of {budget} used up");
            var mine = after.Single(sweep => sweep.Name == one.Sweep);
            if (Runs(ledger, mine) > mine.MaxConcurrent)
                Breaches.Add($"{Runs(ledger, mine)} trials of {mine.Name} run after a grant; {mine.MaxConcurrent} may");
            foreach (var other in after.Where(other => other.Priority > mine.Priority && other.State == SweepState.Active))
            {
                if (other.Count(TrialState.Queued) > 0 && Runs(ledger, other) < (other.MaxConcurrent ?? int.MaxValue))
                    Breaches.Add($"{mine.Name} was granted before {other.Name}, which has a higher priority and room");
            }
        }
    }

    /// <summary>A report or an end took effect.</summary>
    public void Wrote(AttemptFence attempt, string what)
    {
        if (_fences[attempt.Fence].History != _history)
            Breaches.Add($"{what} of another history took effect on trial {attempt.Trial}");
        else if (_holders.GetValueOrDefault(attempt.Trial) != attempt)
            Breaches.Add($"{what} of a stale attempt took effect on trial {attempt.Trial}");
    }

    /// <summary>Files were handed out for deletion: nobody may refer to them.</summary>
    public void Handed(IReadOnlyList<string> files, Ledger ledger)
    {
        var referred = ledger.Documents().SelectMany(change => change switch
        {
            TrialPut { Document: var trial } => (trial.Files ?? []).Append(trial.ModelPath),
            CheckpointPut { Document: { Obsolete: false, Path: var path } } => [path],
            _ => (IEnumerable<string?>)[],
        }).ToHashSet(StringComparer.Ordinal);
        Breaches.AddRange(files.Where(referred.Contains).Select(file => $"{file} was handed out, and somebody refers to it"));
    }

    /// <summary>Nothing is deleted that runs unless that was asked for, and nothing at all by a dry run.</summary>
    public void Deleted(DeletionWish wish, Deletion? deletion, Ledger ledger)
    {
        if (deletion is null)
            return;
        if (deletion.Running > 0 && !wish.Running && !wish.DryRun && deletion.Trials > 0)
            Breaches.Add($"{wish} deleted {deletion.Trials} trials while {deletion.Running} ran");
        var whole = wish is { Trial: null, Failed: false, ArtifactsOnly: false, DryRun: false };
        if (whole && (deletion.Running == 0 || wish.Running) && ledger.Sweep(wish.Sweep) is not null)
            Breaches.Add($"{wish} left the sweep");
    }

    public void Ended(AttemptFence attempt) => _holders.Remove(attempt.Trial);

    /// <summary>A copy of the store takes its place: what was granted before is another history's.</summary>
    public void Restored()
    {
        _history++;
        _holders.Clear();
    }

    private static long Runs(Ledger ledger, SweepStatus sweep) =>
        ledger.Documents().OfType<TrialPut>()
            .Count(put => put.Document.Sweep == sweep.Key && put.Document.State == TrialState.Running);
}
