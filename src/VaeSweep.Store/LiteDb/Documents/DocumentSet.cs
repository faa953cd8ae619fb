using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>Changes of the Ledger as the documents of one commit: of each key the last one.</summary>
/// <remarks>Keys are never given out twice, so that whatever is deleted in a commit is gone after it.</remarks>
internal sealed class DocumentSet
{
    private readonly Dictionary<long, TrialDocument> _trials = [];
    private readonly Dictionary<(long Trial, int Ordinal), AttemptDocument> _attempts = [];
    private readonly Dictionary<long, AttemptDocument> _last = [];
    private readonly List<PointDocument> _points = [];
    private readonly Dictionary<(long Trial, int Attempt), List<EpochReport>> _reports = [];
    private readonly Dictionary<long, List<EventDocument>> _events = [];
    private readonly Dictionary<long, List<EvaluationDocument>> _scores = [];
    private readonly Dictionary<long, SweepDocument> _sweeps = [];
    private readonly Dictionary<long, CheckpointDocument> _checkpoints = [];
    private readonly Dictionary<string, SettingPut> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeDocument> _nodes = new(StringComparer.Ordinal);
    private readonly List<PackDocument> _packs = [];
    private readonly List<WorkerDocument> _workers = [];
    private readonly List<long> _deletedTrials = [];
    private readonly List<long> _deletedSweeps = [];
    private readonly List<long> _deletedCheckpoints = [];
    private MetaDocument? _meta;

    private readonly long _knownTrial;
    private readonly int _fewest;
    private readonly LastAttempts _stored;

    /// <param name="stored">The last attempts before this commit.</param>
    /// <param name="knownTrial">Trials of larger keys are new.</param>
    /// <param name="fewest">New trials that are worth a blob.</param>
    public DocumentSet(IEnumerable<Change> changes, LastAttempts stored, long knownTrial, int fewest)
    {
        (_stored, _knownTrial, _fewest) = (stored, knownTrial, fewest);
        foreach (var change in changes)
            Add(change);
        foreach (var trial in _deletedTrials)
        {
            _trials.Remove(trial);
            _scores.Remove(trial);
            _last.Remove(trial);
        }

        foreach (var attempt in _last.Values.Where(one => !_trials.ContainsKey(one.Trial)))
            throw new InvalidOperationException($"Attempt {attempt.Ordinal} of trial {attempt.Trial} came without its trial.");
    }

    /// <summary>The largest key of a trial.</summary>
    public long LastTrial => _trials.Count == 0 ? 0 : _trials.Keys.Max();

    /// <summary>Keys of the configurations' blobs.</summary>
    public IEnumerable<long> PointBlobs => _points.Chunk(PointBlob.Most).Select(some => some[0].Key);

    /// <summary>The blobs of trials that are new and wait.</summary>
    public List<(long First, long Last)> TrialBlobs { get; } = [];

    /// <summary>The blobs of trials that have changed.</summary>
    public List<StandingPart> StandingBlobs { get; } = [];

    /// <summary>The trial of each segment of reports.</summary>
    public IEnumerable<long> Reported => _reports.Keys.Select(key => key.Trial);

    public IReadOnlyList<long> DeletedTrials => _deletedTrials;

    /// <summary>The last attempts after this commit, of the trials that have another one than before.</summary>
    public IEnumerable<AttemptDocument> LastAttempts => _last.Values;

    /// <summary>Trials that are finished after this commit, with reports or not.</summary>
    public IEnumerable<long> Finished =>
        _trials.Values.Where(trial => TrialPolicy.IsFinished(trial.State) && trial.EpochsDone > 0).Select(trial => trial.Key);

    /// <param name="sizes">Of <see cref="StandingBlobs"/>.</param>
    /// <param name="firstStanding">The key of the first of them.</param>
    public void AddTo(StoreChanges changes, StandingSizes sizes, long firstStanding)
    {
        PutRare(changes);
        foreach (var some in _points.Chunk(PointBlob.Most))
            changes.Upsert(StoreCollections.Configs, PointBlob.ToDocument(some));
        PutTrials(changes, sizes, firstStanding);
        PutResults(changes);
        Delete(changes);
    }

    private void Add(Change change)
    {
        switch (change)
        {
            case TrialPut put: _trials[put.Document.Key] = put.Document; break;
            case AttemptPut put: Add(put.Document); break;
            case ReportsAppended appended: Of(_reports, (appended.Trial, appended.Attempt)).AddRange(appended.Reports); break;
            case EventPut { Document: var one }: Of(_events, TrialBson.KeyOf(one)).Add(one); break;
            case EvaluationPut { Document: var one }: Of(_scores, one.Trial).Add(one); break;
            case CheckpointPut put: _checkpoints[put.Document.Key] = put.Document; break;
            case CheckpointDeleted deleted: _deletedCheckpoints.Add(deleted.Key); break;
            case PointPut put: _points.Add(put.Document); break;
            case TrialDeleted deleted: _deletedTrials.Add(deleted.Key); break;
            case SweepPut put: _sweeps[put.Document.Key] = put.Document; break;
            case SweepDeleted deleted: _deletedSweeps.Add(deleted.Key); break;
            case MetaPut put: _meta = put.Document; break;
            case SettingPut put: _settings[put.Name] = put; break;
            case PackPut put: _packs.Add(put.Document); break;
            case WorkerPut put: _workers.Add(put.Document); break;
            case NodePut put: _nodes[put.Document.Info.Node] = put.Document; break;
            default: throw new InvalidOperationException($"{change.GetType().Name} cannot be kept.");
        }
    }

    /// <summary>The last attempt goes with its trial; the one before it gets a document of its own then.</summary>
    private void Add(AttemptDocument attempt)
    {
        var last = _last.GetValueOrDefault(attempt.Trial) ?? _stored.Of(attempt.Trial);
        if (last is not null && attempt.Ordinal < last.Ordinal)
        {
            _attempts[(attempt.Trial, attempt.Ordinal)] = attempt;
            return;
        }

        if (last is not null && attempt.Ordinal > last.Ordinal)
            _attempts[(last.Trial, last.Ordinal)] = last;
        _last[attempt.Trial] = attempt;
    }

    private static List<TItem> Of<TKey, TItem>(Dictionary<TKey, List<TItem>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists.Add(key, list = []);
        return list;
    }

    private void PutRare(StoreChanges changes)
    {
        if (_meta is not null)
            changes.Upsert(StoreCollections.Meta, StoreBson.Of(_meta));
        foreach (var setting in _settings.Values)
        {
            if (setting.Value is null)
                changes.Delete(StoreCollections.Settings, setting.Name);
            else
                changes.Upsert(StoreCollections.Settings, StoreBson.Of(setting));
        }

        foreach (var sweep in _sweeps.Values)
            changes.Upsert(StoreCollections.Sweeps, StoreBson.Of(sweep));
        foreach (var pack in _packs)
            changes.Upsert(StoreCollections.Packs, StoreBson.Of(pack));
        foreach (var worker in _workers)
            changes.Upsert(StoreCollections.Workers, StoreBson.Of(worker));
        foreach (var node in _nodes.Values)
            changes.Upsert(StoreCollections.Nodes, StoreBson.Of(node));
    }

    private void PutTrials(StoreChanges changes, StandingSizes sizes, long firstStanding)
    {
        IReadOnlyCollection<TrialDocument> own = _trials.Values;
        var fresh = _trials.Values.Where(trial => trial.Key > _knownTrial && TrialBlob.Tells(trial))
            .OrderBy(trial => trial.Key).ToList();
        if (fresh.Count >= _fewest)
        {
            foreach (var some in fresh.Chunk(TrialBlob.Most))
            {
                changes.Upsert(StoreCollections.Submitted, TrialBlob.ToDocument(some));
                TrialBlobs.Add((some[0].Key, some[^1].Key));
            }

            own = [.. _trials.Values.Where(trial => trial.Key <= _knownTrial || !TrialBlob.Tells(trial))];
        }

        var rows = own.OrderBy(trial => trial.Key)
            .Select(trial => (Trial: trial, Last: _last.GetValueOrDefault(trial.Key) ?? _stored.Of(trial.Key)));
        foreach (var part in sizes.Parts(rows, row => StandingBlob.Size(row.Trial, row.Last)))
        {
            var blob = new StandingPart(
                firstStanding + StandingBlobs.Count, part.ConvertAll(row => row.Trial.Key),
                part.Sum(row => StandingBlob.Size(row.Trial, row.Last)));
            StandingBlobs.Add(blob);
            changes.Upsert(StoreCollections.Standing, Made(blob.Key, part), blob.Bytes, areNew: true);
        }

        foreach (var attempt in _attempts.Values)
            changes.Upsert(StoreCollections.Attempts, TrialBson.Of(attempt));
    }

    private static IEnumerable<BsonDocument> Made(long key, List<(TrialDocument Trial, AttemptDocument? Last)> part)
    {
        yield return StandingBlob.ToDocument(key, part.Select(row => StandingRow.Of(row.Trial, row.Last)));
    }

    private void PutResults(StoreChanges changes)
    {
        foreach (var ((trial, attempt), reports) in _reports)
            Segments.Append(changes, trial, attempt, Ordered(reports));
        foreach (var (key, events) in _events)
        {
            var kept = events[0].IsOfSearch ? [events[^1]] : events.DistinctBy(one => one.Event);
            changes.Upsert(StoreCollections.Events, TrialBson.Of(key, kept));
        }

        foreach (var (trial, scores) in _scores)
        {
            var ended = _trials.GetValueOrDefault(trial)
                ?? throw new InvalidOperationException($"Scores of trial {trial} came without its end.");
            var document = TrialBson.Of(TrialKeys.Of(trial, ended.Attempt), TrialScores.Latest(scores));
            // An attempt ends once, and its end brings all of them.
            if (_last.ContainsKey(trial) && _stored.Of(trial) is not { Outcome: not null })
                changes.Insert(StoreCollections.Evaluations, document);
            else
                changes.Upsert(StoreCollections.Evaluations, document);
        }

        foreach (var checkpoint in _checkpoints.Values)
            changes.Upsert(StoreCollections.Checkpoints, StoreBson.Of(checkpoint));
    }

    private void Delete(StoreChanges changes)
    {
        foreach (var key in _deletedCheckpoints)
            changes.Delete(StoreCollections.Checkpoints, key);
        foreach (var trial in _deletedTrials)
        {
            foreach (var collection in LiteDbLedgerLog.OfTrials)
                changes.DeleteRange(collection, TrialKeys.First(trial), TrialKeys.Last(trial));
        }

        foreach (var sweep in _deletedSweeps)
            changes.Delete(StoreCollections.Sweeps, sweep);
    }

    private static List<EpochReport> Ordered(List<EpochReport> reports)
    {
        for (var i = 1; i < reports.Count; i++)
        {
            if (reports[i].Epoch < reports[i - 1].Epoch)
                return [.. reports.OrderBy(report => report.Epoch)];
        }

        return reports;
    }
}
