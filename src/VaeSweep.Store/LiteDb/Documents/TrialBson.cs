using System.Buffers.Binary;
using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>Trials, their attempts and what was measured of them, as LiteDB's documents and back.</summary>
internal static class TrialBson
{
    private const int FingerprintBytes = 32;

    public static BsonDocument Of(TrialDocument trial)
    {
        var document = new BsonDocument
        {
            ["_id"] = trial.Key,
            ["sweep"] = trial.Sweep,
            ["fingerprint"] = Bytes(trial.Fingerprint),
            ["index"] = trial.Index,
            ["seed"] = trial.Seed,
            ["point"] = trial.Point,
            ["pack"] = trial.Pack,
            ["epochs"] = trial.Epochs,
            ["state"] = Words.Of(trial.State),
        };
        if (BitConverter.DoubleToInt64Bits(trial.Seconds) != 0)
            document["seconds"] = trial.Seconds;
        if (trial.CheckpointEpoch != TrialDocument.NoCheckpoint)
            document["checkpoint_epoch"] = trial.CheckpointEpoch;
        return document.With("unwanted", !trial.Wanted).With("stop_requested", trial.StopRequested).With("attempt", trial.Attempt)
            .With("failures", trial.Failures).With("losses", trial.Losses).With("attempt_epoch", trial.AttemptEpoch)
            .With("unbroken", trial.Unbroken).With("beyond", trial.Beyond).With("last_checkpoint", trial.LastCheckpoint)
            .With("best_checkpoint", trial.BestCheckpoint).With("started_at", trial.StartedAt)
            .With("finished_at", trial.FinishedAt).With("failure_class", Words.Of(trial.FailureClass)).With("reason", trial.Reason)
            .With("model_path", trial.ModelPath).With("files", trial.Files).With("budget", trial.Budget).With("tags", trial.Tags)
            .With("note", trial.Note);
    }

    public static TrialDocument Trial(BsonDocument document) => new(
        document.Long("_id"), document.Long("sweep"), Fingerprint(document["fingerprint"].AsBinary), document.Long("index"),
        document.Long("seed"), document.Long("point"), document.Int("pack"), document.Int("epochs"))
    {
        State = Words.Parse<TrialState>(document.Text("state")), Wanted = !document.Bool("unwanted"),
        StopRequested = document.Bool("stop_requested"), Attempt = document.Int("attempt"), Failures = document.Int("failures"),
        Losses = document.Int("losses"), AttemptEpoch = document.Int("attempt_epoch"), Unbroken = document.Int("unbroken"),
        Beyond = document.IntsOrNull("beyond"), Seconds = document.TryGetValue("seconds", out var seconds) ? seconds.AsDouble : 0,
        LastCheckpoint = document.Long("last_checkpoint"), BestCheckpoint = document.Long("best_checkpoint"),
        CheckpointEpoch = document.IntOrNull("checkpoint_epoch") ?? TrialDocument.NoCheckpoint,
        StartedAt = document.Long("started_at"), FinishedAt = document.Long("finished_at"),
        FailureClass = Words.ParseOrNull<FailureClass>(document.TextOrNull("failure_class")), Reason = document.TextOrNull("reason"),
        ModelPath = document.TextOrNull("model_path"), Files = document.TextsOrNull("files"), Budget = document.IntOrNull("budget"),
        Tags = document.TextsOrNull("tags"), Note = document.TextOrNull("note"),
    };

    public static BsonDocument Of(AttemptDocument attempt) => new BsonDocument
    {
        ["_id"] = TrialKeys.Of(attempt.Trial, attempt.Ordinal),
        ["fence"] = attempt.Fence,
        ["worker"] = attempt.Worker,
        ["started_at"] = attempt.StartedAt,
    }.With("from_epoch", attempt.FromEpoch).With("token", attempt.Token).With("ended_at", attempt.EndedAt)
        .With("to_epoch", attempt.ToEpoch).With("outcome", attempt.Outcome).With("failure_class", Words.Of(attempt.FailureClass))
        .With("reason", attempt.Reason);

    public static AttemptDocument Attempt(BsonDocument document)
    {
        var key = document.Long("_id");
        return new AttemptDocument(
            TrialKeys.TrialOf(key), TrialKeys.NumberOf(key), document.Long("fence"), document.Long("worker"),
            document.Long("started_at"), document.Int("from_epoch"))
        {
            Token = document.TextOrNull("token"), EndedAt = document.Long("ended_at"), ToEpoch = document.Int("to_epoch"),
            Outcome = document.TextOrNull("outcome"), FailureClass = Words.ParseOrNull<FailureClass>(document.TextOrNull("failure_class")),
            Reason = document.TextOrNull("reason"),
        };
    }

    /// <summary>What happened with one epoch.</summary>
    public static BsonDocument Of(long key, IEnumerable<EventDocument> events) => new()
    {
        ["_id"] = key,
        ["events"] = new BsonArray(events.Select(one => new BsonDocument { ["event"] = one.Event, ["detail"] = one.Detail })),
    };

    public static IEnumerable<EventDocument> Events(BsonDocument document)
    {
        var key = document.Long("_id");
        return document["events"].AsArray.Select(one => new EventDocument(
            TrialKeys.TrialOf(key), TrialKeys.NumberOf(key), one["event"].AsString, one["detail"].AsString));
    }

    /// <summary>What the end of one attempt brought.</summary>
    public static BsonDocument Of(long key, IEnumerable<EvaluationDocument> scores) => new()
    {
        ["_id"] = key,
        ["scores"] = new BsonArray(scores.Select(one => new BsonDocument
        {
            ["metric"] = one.Evaluation.Metric,
            ["value"] = one.Evaluation.Value,
            ["samples"] = one.Evaluation.Samples,
            ["images"] = one.Evaluation.Images,
        }.With("file", one.Evaluation.File))),
    };

    public static IEnumerable<EvaluationDocument> Evaluations(BsonDocument document)
    {
        var trial = TrialKeys.TrialOf(document.Long("_id"));
        return document["scores"].AsArray.Select(one => new EvaluationDocument(
            trial, new Evaluation(one["metric"].AsString, one["value"].AsDouble, one["samples"].AsInt32, one["images"].AsInt32)
            {
                File = one.AsDocument.TextOrNull("file"),
            }));
    }

    private static byte[] Bytes(TrialFingerprint print)
    {
        var bytes = new byte[FingerprintBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, print.First);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), print.Second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), print.Third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), print.Fourth);
        return bytes;
    }

    private static TrialFingerprint Fingerprint(byte[] bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)),
        BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(24)));
}
