using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>A sweep in memory, with what is asked of it too often to be counted each time.</summary>
internal sealed class LedgerSweep(SweepDocument doc)
{
    private readonly long[] _states = new long[Enum.GetValues<TrialState>().Length];

    public SweepDocument Doc { get; set; } = doc;
    public HashSet<LedgerTrial> Trials { get; } = new(ByFingerprint.Instance);
    public SweepQueue Queue { get; } = new();
    public HashSet<LedgerTrial> Running { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Wanted trials that failed of an error.</summary>
    public HashSet<LedgerTrial> Errors { get; } = new(ReferenceEqualityComparer.Instance);

    public long EpochsDone { get; private set; }

    /// <summary>Trials that succeeded and are no longer wanted.</summary>
    public long Retired { get; private set; }
    public long EpochsTotal { get; private set; }

    /// <summary>Wanted trials that confirm what others have found.</summary>
    public long Confirming { get; private set; }

    /// <summary>No trial has ever had more epochs.</summary>
    public int Furthest { get; private set; }

    public LedgerTrial? Find(TrialFingerprint fingerprint) =>
        Trials.GetAlternateLookup<TrialFingerprint>().TryGetValue(fingerprint, out var trial) ? trial : null;

    /// <summary>Of wanted trials; states without a trial are left out.</summary>
    public Dictionary<TrialState, long> Counts() =>
        _states.Index().Where(one => one.Item > 0).ToDictionary(one => (TrialState)one.Index, one => one.Item);

    public long Count(TrialState wantedIn) => _states[(int)wantedIn];

    public void Enter(LedgerTrial trial)
    {
        var one = trial.Doc;
        Count(one, 1);
        Furthest = Math.Max(Furthest, one.EpochsDone);
        if (one.State == TrialState.Queued)
            Queue.Add(one);
        else if (one.State == TrialState.Running)
            Running.Add(trial);
        else if (IsError(one))
            Errors.Add(trial);
    }

    public void Leave(LedgerTrial trial)
    {
        var one = trial.Doc;
        Count(one, -1);
        if (one.State == TrialState.Queued)
            Queue.Remove(one);
        else if (one.State == TrialState.Running)
            Running.Remove(trial);
        else if (IsError(one))
            Errors.Remove(trial);
    }

    /// <summary>What a report changes of a trial touches no index: the counts alone.</summary>
    public bool OnlyCounts(TrialDocument old, TrialDocument now) =>
        old.State == TrialState.Running && now.State == TrialState.Running && old.Fingerprint == now.Fingerprint;

    public void Recount(TrialDocument old, TrialDocument now)
    {
        Count(old, -1);
        Count(now, 1);
        Furthest = Math.Max(Furthest, now.EpochsDone);
    }

    private static bool IsError(TrialDocument one) =>
        one is { State: TrialState.Failed, FailureClass: FailureClass.Error, Wanted: true };

    private void Count(TrialDocument one, int by)
    {
        if (!one.Wanted)
        {
            Retired += one.State == TrialState.Succeeded ? by : 0;
            return;
        }

        _states[(int)one.State] += by;
        Confirming += one.Round > 0 ? by : 0;
        EpochsDone += by * one.EpochsDone;
        // Of those that its scheduler has ended, no more are to come.
        EpochsTotal += by * (one.Source is { IsImported: true } ? 0 : Ledger.IsEndedEarly(one) ? one.EpochsDone : one.Epochs);
    }
}
