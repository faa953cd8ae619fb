using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>One trial of a simulated store as it stands, and its whole history.</summary>
internal sealed class SimulatedTrial(SimulatedStore store, long key)
{
    public long Key { get; } = key;

    public string Id => Document.Fingerprint.Id;

    public string Sweep => store.Look((ledger, _) => ledger.Sweeps()).Single(sweep => sweep.Key == Document.Sweep).Name;

    public TrialState State => Document.State;

    public bool StopRequested => Document.StopRequested;

    public int Attempt => Document.Attempt;

    public int Failures => Document.Failures;

    public string? Reason => Document.Reason;

    public FailureClass? FailureClass => Document.FailureClass;

    /// <summary>Who had it last.</summary>
    public string? Worker
    {
        get
        {
            var (fingerprint, sweep) = (Document.Fingerprint.ToString(), Sweep);
            return store.Look((ledger, _) => ledger.Find(fingerprint, sweep, 1))[0].Worker;
        }
    }

    /// <summary>Epochs that its last checkpoint covers; null without one.</summary>
    public int? CheckpointEpoch => Document.CheckpointEpoch == TrialDocument.NoCheckpoint ? null : Document.CheckpointEpoch;

    public SortedDictionary<int, StoredReport> Epochs => new(store.Reports(Key).ToDictionary(one => one.Report.Epoch));

    public IReadOnlyList<Evaluation> Evaluations => [.. store.Evaluations(Key)];

    /// <summary>Attempts that have ended, the first one first.</summary>
    public IReadOnlyList<AttemptDocument> Ends =>
        [.. store.Look((ledger, _) => ledger.Attempts(Key)).Where(one => one.Outcome is not null)];

    // A question is never asked inside another.
    private TrialDocument Document => store.Look((ledger, _) => ledger.Trial(Key))!;
}
