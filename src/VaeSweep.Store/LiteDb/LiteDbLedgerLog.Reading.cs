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

    public IEnumerable<Change> Load()
    {
        Open();
        return Stored();
    }

    public PointDocument? Point(long key) =>
        Result(Writer.ReadAsync(file => file.Find(StoreCollections.Configs, key))) is { } document ? StoreBson.Point(document) : null;

    public IEnumerable<PointDocument> Points(long first, long last) => From(StoreCollections.Configs, first, last, SliceDocuments).Select(StoreBson.Point);

    public void Scores(IReadOnlyList<Metric> metrics, ScoreSink found)
    {
        foreach (var trials in _scores.Loose.Chunk(SliceDocuments))
            Gather(trials);
        foreach (var block in From(StoreCollections.Columns, 0, long.MaxValue, SliceBlocks).Where(_scores.IsFull))
            ScoreColumns.Tell(block, metrics, found);
        _scores.TellOpen(metrics, found);
    }

    public IEnumerable<StoredReport> Reports(long first, long last) =>
        Segments.Read(OfTrialsFrom(StoreCollections.Segments, first, last, SliceSegments));

    public IEnumerable<EventDocument> Events(long first, long last) =>
        OfTrialsFrom(StoreCollections.Events, first, last, SliceDocuments).SelectMany(TrialBson.Events);

    public IEnumerable<EvaluationDocument> Evaluations(long first, long last)
    {
        var scores = new List<EvaluationDocument>();
        foreach (var document in OfTrialsFrom(StoreCollections.Evaluations, first, last, SliceDocuments))
        {
            var some = TrialBson.Evaluations(document).ToList();
            if (scores.Count > 0 && some.Count > 0 && scores[0].Trial != some[0].Trial)
            {
                foreach (var score in Latest(scores))
                    yield return score;
                scores.Clear();
            }

            scores.AddRange(some);
        }

        foreach (var score in Latest(scores))
            yield return score;
    }

    private IEnumerable<Change> Stored()
    {
        _scores = new ScoreColumns(BlockRows);
        foreach (var block in From(StoreCollections.Columns, 0, long.MaxValue, SliceBlocks))
            _scores.Stored(block);
        if (Result(Writer.ReadAsync(file => file.Find(StoreCollections.Meta, StoreBson.LedgerKey))) is { } meta)
            yield return new MetaPut(StoreBson.Meta(meta));
        (string Collection, Func<BsonDocument, Change> Made)[] collections =
        [
            (StoreCollections.Settings, StoreBson.Setting),
            (StoreCollections.Packs, one => new PackPut(StoreBson.Pack(one))),
            (StoreCollections.Configs, one => new PointPut(StoreBson.Point(one))),
            (StoreCollections.Workers, one => new WorkerPut(StoreBson.Worker(one))),
            (StoreCollections.Sweeps, one => new SweepPut(StoreBson.Sweep(one))),
            (StoreCollections.Trials, one => new TrialPut(TrialBson.Trial(one))),
            (StoreCollections.Attempts, one => new AttemptPut(TrialBson.Attempt(one))),
            (StoreCollections.Leases, StoreBson.Lease),
            (StoreCollections.Checkpoints, one => new CheckpointPut(StoreBson.Checkpoint(one))),
            (StoreCollections.Nodes, one => new NodePut(StoreBson.Node(one))),
            (StoreCollections.Duties, one => new DutyPut(StoreBson.Duty(one))),
        ];
        foreach (var (collection, made) in collections)
        {
            foreach (var change in Documents(collection, null, null, SliceDocuments).Select(made))
            {
                if (change is TrialPut put)
                    _scores.Stored(put.Document);
                yield return change;
            }
        }
    }

    /// <summary>Makes rows of trials of which none is known, from what is stored of each.</summary>
    private void Gather(long[] trials)
    {
        foreach (var trial in trials)
        {
            StoredReport? last = null;
            foreach (var report in Reports(trial, trial))
                last = report;
            _scores.Add(trial, Evaluations(trial, trial).Select(one => one.Evaluation), last?.Report);
        }
    }

    private IEnumerable<BsonDocument> OfTrialsFrom(string collection, long first, long last, int limit) =>
        From(collection, TrialKeys.First(first), TrialKeys.Last(last), limit);

    private IEnumerable<BsonDocument> From(string collection, long first, long last, int limit) =>
        Documents(collection, first, last, limit);

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

    private static IEnumerable<EvaluationDocument> Latest(List<EvaluationDocument> scores)
    {
        var latest = new Dictionary<(string Metric, int Samples), EvaluationDocument>();
        foreach (var score in scores)
            latest[(score.Evaluation.Metric, score.Evaluation.Samples)] = score;
        return latest.Values.OrderBy(one => one.Evaluation.Metric, StringComparer.Ordinal).ThenBy(one => one.Evaluation.Samples);
    }
}
