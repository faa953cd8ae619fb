using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <content>What was kept.</content>
public sealed partial class LiteDbLedgerLog
{
    /// <summary>Small documents that are read at once.</summary>
    private const int SliceDocuments = 2000;

    /// <summary>Segments that are read at once: large ones have megabytes.</summary>
    private const int SliceSegments = 32;

    private const int SliceBlocks = 4;
    private const int SliceBlobs = 32;
    private const int SliceStanding = 16;

    public IEnumerable<Change> Load()
    {
        Open();
        return Stored();
    }

    public PointDocument? Point(long key)
    {
        if (_lastPoints.Find(point => point.Key == key) is { } near)
            return near;
        if (Blob(key) is not { } first
            || Result(Writer.ReadAsync(file => file.Find(StoreCollections.Configs, first))) is not { } blob)
        {
            return null;
        }
        // Trials are granted in their order: the next question is for one of the same.
        _lastPoints = PointBlob.Of(blob);
        return _lastPoints.Find(point => point.Key == key);
    }

    public IEnumerable<PointDocument> Points(long first, long last) =>
        Documents(StoreCollections.Configs, Blob(first) ?? first, last, SliceBlobs)
        .SelectMany(PointBlob.Of).Where(point => point.Key >= first && point.Key <= last);

    public void Scores(IReadOnlyList<Metric> metrics, ScoreSink found)
    {
        foreach (var trials in _scores.Loose.Chunk(SliceDocuments))
            Gather(trials);
        foreach (var block in Documents(StoreCollections.Columns, null, null, SliceBlocks).Where(_scores.IsFull))
            ScoreColumns.Tell(block, metrics, found);
        _scores.TellOpen(metrics, found);
    }

    public IEnumerable<StoredReport> Reports(long first, long last) =>
        Segments.Read(OfTrialsFrom(StoreCollections.Segments, first, last, SliceSegments));

    public IEnumerable<EventDocument> Events(long first, long last)
    {
        var found = OfTrialsFrom(StoreCollections.Events, first, last, SliceDocuments).SelectMany(TrialBson.Events);
        var ofOne = new List<EventDocument>();
        foreach (var one in found)
        {
            if (ofOne.Count > 0 && ofOne[0].Trial != one.Trial)
            {
                foreach (var before in InOrder(ofOne))
                    yield return before;
                ofOne.Clear();
            }

            ofOne.Add(one);
        }

        foreach (var left in InOrder(ofOne))
            yield return left;
    }

    private static IEnumerable<EventDocument> InOrder(IEnumerable<EventDocument> events) =>
        events.OrderBy(one => one.Epoch).ThenBy(one => one.Event, StringComparer.Ordinal);

    public IEnumerable<EvaluationDocument> Evaluations(long first, long last)
    {
        var scores = new List<EvaluationDocument>();
        foreach (var document in OfTrialsFrom(StoreCollections.Evaluations, first, last, SliceDocuments))
        {
            var some = TrialBson.Evaluations(document).ToList();
            if (scores.Count > 0 && some.Count > 0 && scores[0].Trial != some[0].Trial)
            {
                foreach (var score in TrialScores.Latest(scores))
                    yield return score;
                scores.Clear();
            }

            scores.AddRange(some);
        }

        foreach (var score in TrialScores.Latest(scores))
            yield return score;
    }

    private IEnumerable<Change> Stored()
    {
        _scores = new ScoreColumns(BlockRows);
        _pointBlobs.Clear();
        _trialBlobs.Clear();
        _attempts.Clear();
        _standing = new StandingBlobs(Sizes);
        _segments.Clear();
        (_lastPoints, _lastTrial) = ([], 0);
        foreach (var block in Documents(StoreCollections.Columns, null, null, SliceBlocks))
            _scores.Stored(block);
        if (Result(Writer.ReadAsync(file => file.Find(StoreCollections.Meta, StoreBson.LedgerKey))) is { } meta)
            yield return new MetaPut(StoreBson.Meta(meta));
        foreach (var change in Small(StoreCollections.Settings, StoreBson.Setting)
            .Concat(Small(StoreCollections.Packs, one => new PackPut(StoreBson.Pack(one))))
            .Concat(StoredPoints())
            .Concat(Small(StoreCollections.Workers, one => new WorkerPut(StoreBson.Worker(one))))
            .Concat(Small(StoreCollections.Sweeps, one => new SweepPut(StoreBson.Sweep(one))))
            .Concat(StoredTrials())
            .Concat(StoredAttempts())
            .Concat(Small(StoreCollections.Checkpoints, one => new CheckpointPut(StoreBson.Checkpoint(one))))
            .Concat(Small(StoreCollections.Nodes, one => new NodePut(StoreBson.Node(one)))))
        {
            yield return change;
        }
    }

    private IEnumerable<Change> Small(string collection, Func<BsonDocument, Change> made) =>
        Documents(collection, null, null, SliceDocuments).Select(made);

    private IEnumerable<Change> StoredPoints()
    {
        foreach (var blob in Documents(StoreCollections.Configs, null, null, SliceBlobs))
        {
            _pointBlobs.Add(blob["_id"].AsInt64);
            foreach (var point in PointBlob.Of(blob))
                yield return new PointPut(point);
        }
    }

    /// <summary>Trials by key: as they stand where they have changed, and else as they were submitted.</summary>
    private IEnumerable<Change> StoredTrials()
    {
        var (standing, next) = (Standing(), 0);
        foreach (var submitted in Submitted(key => key >= standing.Count || standing[(int)key] is null))
        {
            for (; next < standing.Count && next < submitted.Key; next++)
            {
                if (standing[next] is { } before)
                    yield return Put(before);
            }

            yield return Put(submitted);
        }

        for (; next < standing.Count; next++)
        {
            if (standing[next] is { } left)
                yield return Put(left);
        }
    }

    /// <summary>Trials that have changed since they were submitted, each in the place of its key.</summary>
    private List<TrialDocument?> Standing()
    {
        var trials = OfFirstFormat();
        foreach (var blob in Documents(StoreCollections.Standing, null, null, SliceStanding))
        {
            var named = StandingBlob.Tell(blob, (trial, last) => Stand(trials, trial, last));
            _standing.Put(blob["_id"].AsInt64, named, StandingBlob.Size(blob));
        }

        return trials;
    }

    /// <summary>Stores of format 1 had a document for each trial. Whoever opens one to write puts them into blobs.</summary>
    private List<TrialDocument?> OfFirstFormat()
    {
        var trials = new List<TrialDocument?>();
        foreach (var document in Documents(StoreCollections.Trials, null, null, SliceDocuments))
        {
            var (trial, last) = TrialBson.Trial(document);
            Stand(trials, trial, last);
        }

        if (_readOnly || trials.Count == 0)
            return trials;
        // Where this was cut, some are there already.
        var key = Documents(StoreCollections.Standing, null, null, SliceStanding).Select(blob => blob["_id"].AsInt64)
            .DefaultIfEmpty().Max();
        var rows = trials.OfType<TrialDocument>().Select(trial => StandingRow.Of(trial, _attempts.Of(trial.Key)));
        foreach (var part in Sizes.Parts(rows, row => row.Body.Length))
        {
            var changes = new StoreChanges().Insert(StoreCollections.Standing, StandingBlob.ToDocument(++key, part));
            foreach (var row in part)
                changes.Delete(StoreCollections.Trials, row.Trial);
            Wait(Writer.CommitAsync(changes));
        }

        return trials;
    }

    private void Stand(List<TrialDocument?> trials, TrialDocument trial, AttemptDocument? last)
    {
        while (trials.Count <= trial.Key)
            trials.Add(null);
        trials[checked((int)trial.Key)] = trial;
        if (last is null)
            _attempts.Forget(trial.Key);
        else
            _attempts.Put(last);
    }

    /// <summary>Attempts by trial and ordinal: after the trials, with which the last ones came.</summary>
    private IEnumerable<AttemptPut> StoredAttempts()
    {
        using var earlier = Documents(StoreCollections.Attempts, null, null, SliceDocuments)
            .Select(TrialBson.Attempt).GetEnumerator();
        var more = earlier.MoveNext();
        foreach (var last in _attempts.All)
        {
            for (; more && earlier.Current.Trial <= last.Trial; more = earlier.MoveNext())
                yield return new AttemptPut(earlier.Current);
            yield return new AttemptPut(last);
        }

        if (more)
        {
            var lost = earlier.Current;
            throw new StoreDamagedException($"Attempt {lost.Ordinal} of trial {lost.Trial} is there, and its last one is not.");
        }
    }

    /// <param name="wanted">Keys of those that are asked for.</param>
    private IEnumerable<TrialDocument> Submitted(Func<long, bool> wanted)
    {
        foreach (var blob in Documents(StoreCollections.Submitted, null, null, SliceBlobs))
        {
            _trialBlobs.Add((blob["_id"].AsInt64, blob["last"].AsInt64));
            foreach (var trial in TrialBlob.Of(blob, wanted))
                yield return trial;
        }
    }

    private TrialPut Put(TrialDocument trial)
    {
        _scores.Stored(trial);
        _lastTrial = Math.Max(_lastTrial, trial.Key);
        // How many it has is not known: its end is to look.
        if (!TrialPolicy.IsFinished(trial.State) && trial.EpochsDone > 0)
            _segments.Add(trial.Key, 2);
        return new TrialPut(trial);
    }

    /// <returns>The key of the blob in which a configuration is, if it is in any.</returns>
    private long? Blob(long point)
    {
        var place = _pointBlobs.BinarySearch(point);
        place = place < 0 ? ~place - 1 : place;
        return place < 0 ? null : _pointBlobs[place];
    }

    /// <summary>Makes rows of trials of which none is known, from what is stored of each.</summary>
    private void Gather(long[] trials)
    {
        foreach (var trial in trials)
        {
            StoredReport? last = null;
            foreach (var report in Reports(trial, trial))
                last = report;
            _scores.Add(trial, Evaluations(trial, trial), last?.Report);
        }
    }

    private IEnumerable<BsonDocument> OfTrialsFrom(string collection, long first, long last, int limit) =>
        Documents(collection, TrialKeys.First(first), TrialKeys.Last(last), limit);

    /// <summary>Documents by key: while some are compared with their sums and used here, the next ones are read.</summary>
    private IEnumerable<BsonDocument> Documents(string collection, BsonValue? first, BsonValue? last, int limit)
    {
        var next = Writer.ReadAsync(file => (file, Slice: file.ReadUnchecked(collection, first, last, limit)));
        while (true)
        {
            var (file, slice) = Result(next);
            var more = slice.Count == limit;
            if (more)
            {
                var after = slice[^1]["_id"];
                next = Writer.ReadAsync(again => (again, Slice: again.AfterUnchecked(collection, after, last, limit)));
            }

            foreach (var document in slice)
            {
                file.Demand(collection, document);
                yield return document;
            }

            if (!more)
                yield break;
        }
    }
}
