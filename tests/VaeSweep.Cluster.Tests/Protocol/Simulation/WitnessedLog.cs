using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A store in memory that checks every commit against rules written down here a second time.</summary>
/// <param name="breaches">What went against a rule, in words.</param>
internal sealed class WitnessedLog(List<string> breaches, int history)
{
    // Every attempt, with the history in which it was granted. A fence may come again in another history: its generation differs.
    private readonly Dictionary<long, (long Trial, int Ordinal, int History)> _fences = [];
    private readonly MemoryLedgerLog _log = new();
    private readonly List<Change> _changes = [];
    private readonly Dictionary<long, Dictionary<int, AttemptDocument>> _attempts = [];
    private readonly Dictionary<long, TrialDocument> _trials = [];
    private readonly HashSet<(long Trial, int Epoch)> _epochs = [];
    private readonly Dictionary<long, SweepDocument> _sweeps = [];
    private readonly HashSet<(long Trial, int Epoch)> _sentOn = [];
    private readonly HashSet<long> _wasClosed = [];

    /// <summary>Changes so far: what a back-up made now would hold.</summary>
    public int Length => _changes.Count;

    public IEnumerable<TrialDocument> Trials => _trials.Values;

    /// <summary>Trials that have ever failed, or were stopped by their owner.</summary>
    public IReadOnlySet<long> WasClosed => _wasClosed;

    public TrialDocument Trial(long key) => _trials[key];

    /// <returns>Null before it is there.</returns>
    public SweepDocument? Sweep(string name) => _sweeps.Values.FirstOrDefault(one => one.Name == name);

    /// <summary>Reports and ends that took effect.</summary>
    public long Writes { get; private set; }

    public IEnumerable<Change> Load() => _log.Load();

    /// <summary>A copy of an earlier state of this store, in which another history begins.</summary>
    public WitnessedLog Restored(int length)
    {
        var copy = new WitnessedLog(breaches, history + 1);
        copy.Keep(_changes[..length]);
        foreach (var attempt in _changes[..length].OfType<AttemptPut>())
            copy._fences.TryAdd(attempt.Document.Fence, _fences[attempt.Document.Fence]);
        return copy;
    }

    public void Commit(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            Check(change);
            Keep([change]);
        }
    }

    public string NameOf(TrialDocument trial) => _sweeps[trial.Sweep].Name;

    /// <summary>What a copy of a trial takes over.</summary>
    public TrialResults ResultsOf(long trial) =>
        new([.. _log.Reports(trial, trial)], [.. _log.Events(trial, trial)], [.. _log.Evaluations(trial, trial)]);

    /// <summary>Epochs that a copy has from the one that it was made of.</summary>
    public int Inherited(long trial) => _log.Reports(trial, trial).Count(one => one.Attempt == 0);

    /// <summary>What a search looks at, from the first epoch on.</summary>
    public double[] Curve(long trial)
    {
        var kept = _log.Reports(trial, trial).Select(one => one.Report).ToList();
        var curve = new double[kept.Select(one => one.Epoch).DefaultIfEmpty().Max()];
        Array.Fill(curve, double.NaN);
        foreach (var report in kept)
            curve[report.Epoch - 1] = report.ValidElbo;
        return curve;
    }

    public bool Holds(long trial, int epoch) => _epochs.Contains((trial, epoch));

    public AttemptDocument? Attempt(long trial, long fence) =>
        _attempts.GetValueOrDefault(trial)?.Values.FirstOrDefault(one => one.Fence == fence);

    /// <summary>All that a table is made from.</summary>
    public string Results() => string.Join('\n', _trials.Values.OrderBy(one => one.Fingerprint.Id, StringComparer.Ordinal)
        .Select(one =>
        $"{one.Fingerprint.Id} {one.State} {one.EpochsDone} {one.Seconds:R} {one.ModelPath}: "
        + string.Join(' ', _log.Reports(one.Key, one.Key).Select(kept => $"{kept.Report.Epoch}={kept.Report.TrainElbo:R}"))
        + string.Join(' ', _log.Evaluations(one.Key, one.Key)
            .Select(kept => $" {kept.Evaluation.Metric}={kept.Evaluation.Value:R}"))));

    private void Check(Change change)
    {
        switch (change)
        {
            case ReportsAppended appended:
                foreach (var report in appended.Reports)
                {
                    Writes++;
                    if (!_epochs.Add((appended.Trial, report.Epoch)))
                        breaches.Add($"epoch {report.Epoch} of trial {appended.Trial} was kept twice");
                }

                if (appended.Attempt == 0)
                {
                    CheckCopy(appended);
                    break;
                }

                var fence = _attempts[appended.Trial][appended.Attempt].Fence;
                if (_fences[fence].History != history)
                    breaches.Add($"a report of another history took effect on trial {appended.Trial}");
                break;
            case AttemptPut { Document: var attempt }:
                if (_fences.TryAdd(attempt.Fence, (attempt.Trial, attempt.Ordinal, history)))
                {
                    CheckGrant(_sweeps[_trials[attempt.Trial].Sweep]);
                    break;
                }

                if (_fences[attempt.Fence] is var known && (known.Trial, known.Ordinal) != (attempt.Trial, attempt.Ordinal))
                    breaches.Add($"the fence of {known} was given to attempt {attempt.Ordinal} of trial {attempt.Trial}");
                if (Attempt(attempt.Trial, attempt.Fence) is { Outcome: { } outcome } && outcome != attempt.Outcome)
                    breaches.Add($"attempt {attempt.Ordinal} of trial {attempt.Trial} ended twice: {outcome}, {attempt.Outcome}");
                break;
            case TrialPut { Document: var trial }:
                if (_trials.GetValueOrDefault(trial.Key) is { State: TrialState.Succeeded } done
                    && (trial.State, trial.EpochsDone, trial.FinishedAt) != (done.State, done.EpochsDone, done.FinishedAt))
                {
                    breaches.Add($"trial {trial.Key} had succeeded and changed afterwards");
                }

                if (trial.Parent > 0 && _trials.Values.Any(one => one.Key != trial.Key && one.Sweep == trial.Sweep
                    && one.Index == trial.Index))
                {
                    breaches.Add($"the place of trial {trial.Key}, {trial.Index}, is another's, too");
                }

                if (_trials.GetValueOrDefault(trial.Key) is { Budget: var before } && (trial.Budget ?? trial.Epochs) < before)
                    breaches.Add($"trial {trial.Key} may run {trial.Budget} epochs after it could run {before}");
                break;
            case EventPut { Document: { Event: Ledger.Promoted } promoted }:
                if (!_sentOn.Add((promoted.Trial, promoted.Epoch)))
                {
                    breaches.Add(
                        $"trial {promoted.Trial} was sent on twice from epoch {promoted.Epoch}, the second time "
                            + $"as {promoted.Detail}");
                }

                break;
            default:
                break;
        }
    }

    /// <summary>A copy has what the other has, from the first epoch on.</summary>
    private void CheckCopy(ReportsAppended appended)
    {
        var other = _log.Reports(_trials[appended.Trial].Parent, _trials[appended.Trial].Parent)
            .Select(one => (one.Report.Epoch, one.Report.ValidElbo)).Take(appended.Reports.Count);
        if (!other.SequenceEqual(appended.Reports.Select(one => (one.Epoch, one.ValidElbo))))
            breaches.Add($"trial {appended.Trial} is no copy of trial {_trials[appended.Trial].Parent}");
    }

    private void CheckGrant(SweepDocument sweep)
    {
        if (sweep.State != SweepState.Active)
            breaches.Add($"a trial of {sweep.Name} was granted while it was {sweep.State}");
        var running = _trials.Values.Count(one => one.Sweep == sweep.Key && one.State == TrialState.Running);
        if (running > sweep.MaxConcurrent)
            breaches.Add($"{running} trials of {sweep.Name} ran after a grant, of at most {sweep.MaxConcurrent}");
    }

    private void Keep(IReadOnlyList<Change> changes)
    {
        _log.Commit(changes);
        _changes.AddRange(changes);
        foreach (var change in changes)
        {
            switch (change)
            {
                case TrialPut put:
                    _trials[put.Document.Key] = put.Document;
                    if (put.Document.State is TrialState.Failed or TrialState.Stopped && !Ledger.IsEndedEarly(put.Document))
                        _wasClosed.Add(put.Document.Key);
                    break;
                case AttemptPut put:
                    if (!_attempts.TryGetValue(put.Document.Trial, out var attempts))
                        _attempts.Add(put.Document.Trial, attempts = []);
                    attempts[put.Document.Ordinal] = put.Document;
                    break;
                case ReportsAppended appended:
                    _epochs.UnionWith(appended.Reports.Select(report => (appended.Trial, report.Epoch)));
                    break;
                case SweepPut put:
                    _sweeps[put.Document.Key] = put.Document;
                    break;
                case EventPut { Document: { Event: Ledger.Promoted } promoted }:
                    _sentOn.Add((promoted.Trial, promoted.Epoch));
                    break;
                default:
                    break;
            }
        }
    }
}
