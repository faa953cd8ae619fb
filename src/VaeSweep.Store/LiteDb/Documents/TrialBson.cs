using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>Trials, their attempts and what was measured of them, as LiteDB's documents and back.</summary>
internal static class TrialBson
{
    private const string StateField = "state";
    private const string BodyField = "trial";

    /// <summary>A trial with its last attempt, of a store of format 1.</summary>
    /// <exception cref="StoreDamagedException">The document is no trial.</exception>
    public static (TrialDocument Trial, AttemptDocument? Last) Trial(BsonDocument document) =>
        document[BodyField] is { IsBinary: true } body
        ? TrialBody.Of(document.Long("_id"), Words.Parse<TrialState>(document.Text(StateField)), body.AsBinary)
        : throw new StoreDamagedException($"Trial {document["_id"]} says nothing of itself.");

    /// <summary>An attempt that another one followed.</summary>
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
            Outcome = document.TextOrNull("outcome"),
            FailureClass = Words.ParseOrNull<FailureClass>(document.TextOrNull("failure_class")),
            Reason = document.TextOrNull("reason"),
        };
    }

    // What a search does comes after the epoch's own events are kept: it must not take their place. A key has room for three
    // kinds; of those that share one, a trial has one alone.
    private static readonly string[][] _ofSearch =
        [
            [Ledger.Proposed, Ledger.Chosen, Ledger.Cloned, Ledger.Lengthened], [Ledger.Promoted],
            [Ledger.Ended, Ledger.Superseded],
        ];
    private const int MostEpochs = 1 << 22;

    /// <summary>The key of the document that holds an event.</summary>
    public static long KeyOf(EventDocument happened) =>
        TrialKeys.Of(happened.Trial, happened.Epoch + OffsetOf(happened.Event));

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
            TrialKeys.TrialOf(key), TrialKeys.NumberOf(key) - OffsetOf(one["event"].AsString), one["event"].AsString,
            one["detail"].AsString));
    }

    private static int OffsetOf(string happened) =>
        (Array.FindIndex(_ofSearch, kinds => kinds.Contains(happened)) + 1) * MostEpochs;

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
}
