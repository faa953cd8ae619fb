using System.Security.Cryptography;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Keeps changes in memory: for tests, and for what need not outlive the process.</summary>
public sealed class MemoryLedgerLog : ILedgerLog
{
    private readonly SortedDictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, PackDocument> _packs = [];
    private readonly Dictionary<long, PointDocument> _points = [];
    private readonly SortedDictionary<long, WorkerDocument> _workers = [];
    private readonly SortedDictionary<long, SweepDocument> _sweeps = [];
    private readonly Dictionary<long, Kept> _trials = [];
    private readonly SortedDictionary<long, CheckpointDocument> _checkpoints = [];
    private readonly SortedDictionary<string, NodeDocument> _nodes = new(StringComparer.Ordinal);
    private MetaDocument? _meta;

    public string Location => "memory";

    public StoreIdentity Identity { get; } = new(
        RandomNumberGenerator.GetHexString(32, lowercase: true),
        BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))));

    public IEnumerable<Change> Load() =>
    [
        .. _meta is null ? (Change[])[] : [new MetaPut(_meta)],
        .. _settings.Select(one => new SettingPut(one.Key, one.Value)),
        .. _packs.Values.Select(one => new PackPut(one)),
        .. _points.Values.OrderBy(one => one.Key).Select(one => new PointPut(one)),
        .. _workers.Values.Select(one => new WorkerPut(one)),
        .. _sweeps.Values.Select(one => new SweepPut(one)),
        .. Trials().Select(one => new TrialPut(one.Trial!)),
        .. Trials().SelectMany(one => one.Attempts.Values).Select(one => new AttemptPut(one)),
        .. _checkpoints.Values.Select(one => new CheckpointPut(one)),
        .. _nodes.Values.Select(one => new NodePut(one)),
    ];

    public void Commit(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
            Keep(change);
    }

    public PointDocument? Point(long key) => _points.GetValueOrDefault(key);

    public IEnumerable<StoredReport> Reports(long first, long last) => Trials(first, last).SelectMany(one => one.Reports.Values);

    public IEnumerable<EventDocument> Events(long first, long last) => Trials(first, last).SelectMany(one => one.Events.Values);

    public IEnumerable<EvaluationDocument> Evaluations(long first, long last) =>
        Trials(first, last).SelectMany(one => one.Evaluations.Values);

    public IEnumerable<PointDocument> Points(long first, long last) =>
        _points.Values.Where(one => one.Key >= first && one.Key <= last).OrderBy(one => one.Key);

    public void Scores(IReadOnlyList<Metric> metrics, ScoreSink found)
    {
        foreach (var one in _trials.Values.Where(one => one.Trial?.State == TrialState.Succeeded))
        {
            var last = one.Reports.Count == 0 ? null : one.Reports.Values.Last().Report;
            TrialScores.Tell(one.Trial!.Key, one.Evaluations.Values.Select(score => score.Evaluation), last, metrics, found);
        }
    }

    public void Dispose()
    {
        // Memory goes by itself.
    }

    private IEnumerable<Kept> Trials(long first, long last) =>
        first == last ? _trials.TryGetValue(first, out var one) ? [one] : []
        : _trials.Where(one => one.Key >= first && one.Key <= last).OrderBy(one => one.Key).Select(one => one.Value);

    private IEnumerable<Kept> Trials() => _trials.Values.Where(one => one.Trial is not null).OrderBy(one => one.Trial!.Key);

    private void Keep(Change change)
    {
        switch (change)
        {
            case MetaPut put: _meta = put.Document; break;
            case SettingPut { Value: null } put: _settings.Remove(put.Name); break;
            case SettingPut put: _settings[put.Name] = put.Value!; break;
            case PackPut put: _packs[put.Document.Key] = put.Document; break;
            case PointPut put: _points[put.Document.Key] = put.Document; break;
            case WorkerPut put: _workers[put.Document.Key] = put.Document; break;
            case SweepPut put: _sweeps[put.Document.Key] = put.Document; break;
            case SweepDeleted deleted: _sweeps.Remove(deleted.Key); break;
            case TrialPut put: Of(put.Document.Key).Trial = put.Document; break;
            case TrialDeleted deleted: _trials.Remove(deleted.Key); break;
            case AttemptPut put: Of(put.Document.Trial).Attempts[put.Document.Ordinal] = put.Document; break;
            case CheckpointPut put: _checkpoints[put.Document.Key] = put.Document; break;
            case CheckpointDeleted deleted: _checkpoints.Remove(deleted.Key); break;
            case NodePut put: _nodes[put.Document.Info.Node] = put.Document; break;
            case EventPut { Document: { IsOfSearch: true } told }:
                Of(told.Trial).Events[(told.Epoch, told.Event)] = told;
                break;
            case EventPut put: Of(put.Document.Trial).Events.TryAdd(
                (put.Document.Epoch, put.Document.Event), put.Document); break;
            case EvaluationPut put:
                Of(put.Document.Trial).Evaluations[(put.Document.Evaluation.Metric, put.Document.Evaluation.Samples)] =
                    put.Document;
                break;
            case ReportsAppended appended:
                foreach (var report in appended.Reports)
                    Of(appended.Trial).Reports.TryAdd(report.Epoch, new StoredReport(appended.Trial, appended.Attempt, report));
                break;
            default:
                throw new InvalidOperationException($"{change.GetType().Name} cannot be kept.");
        }
    }

    private Kept Of(long trial)
    {
        if (!_trials.TryGetValue(trial, out var kept))
            _trials.Add(trial, kept = new Kept());
        return kept;
    }

    /// <summary>What is filed under one trial.</summary>
    private sealed class Kept
    {
        public TrialDocument? Trial { get; set; }
        public SortedDictionary<int, AttemptDocument> Attempts { get; } = [];
        public SortedDictionary<int, StoredReport> Reports { get; } = [];
        public SortedDictionary<(int Epoch, string Event), EventDocument> Events { get; } = [];
        public SortedDictionary<(string Metric, int Samples), EvaluationDocument> Evaluations { get; } = [];
    }
}
