using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>Trials as they stand, each with its last attempt: all that one commit has changed, or many that have not changed for
/// long. Of a trial that several blobs name the one of the largest key counts.</summary>
internal static class StandingBlob
{
    private const byte Version = 1;
    private const string BlobField = "trials";

    /// <summary>About what a row takes besides the trial's texts.</summary>
    private const int UsualBytes = 120;

    private const int MostBytesPerChar = 3;

    /// <summary>In this order for ever: a row has the place.</summary>
    private static readonly TrialState[] _states =
    [
        TrialState.Queued, TrialState.Running, TrialState.Paused, TrialState.Succeeded, TrialState.Failed, TrialState.Stopped,
    ];

    /// <param name="rows">At least one, trials ascending.</param>
    public static BsonDocument ToDocument(long key, IEnumerable<StandingRow> rows)
    {
        var (writer, count) = (new BlobWriter(1 << 12), 0);
        writer.Byte(Version);
        foreach (var row in rows)
        {
            writer.Number(row.Trial);
            writer.Byte((byte)Array.IndexOf(_states, row.State));
            writer.Bytes(row.Body);
            count++;
        }

        return new BsonDocument { ["_id"] = key, ["count"] = count, [BlobField] = writer.ToArray() };
    }

    /// <exception cref="StoreDamagedException">The document is no such blob.</exception>
    public static List<StandingRow> Rows(BsonDocument document)
    {
        var rows = new List<StandingRow>();
        var reader = Begin(document);
        while (!reader.AtEnd)
            rows.Add(new StandingRow(reader.Number(), State(ref reader), reader.Bytes().ToArray()));
        return rows;
    }

    /// <summary>Gives each trial with its last attempt.</summary>
    /// <returns>Their keys.</returns>
    /// <exception cref="StoreDamagedException">The document is no such blob.</exception>
    public static List<long> Tell(BsonDocument document, Action<TrialDocument, AttemptDocument?> found)
    {
        var trials = new List<long>();
        var reader = Begin(document);
        while (!reader.AtEnd)
        {
            var (trial, last) = TrialBody.Of(reader.Number(), State(ref reader), reader.Bytes());
            trials.Add(trial.Key);
            found(trial, last);
        }

        return trials;
    }

    /// <summary>Bytes of a blob.</summary>
    public static int Size(BsonDocument document) => document[BlobField].AsBinary.Length;

    /// <summary>About what a trial takes.</summary>
    public static int Size(TrialDocument trial, AttemptDocument? last) => UsualBytes + (MostBytesPerChar * (Length(trial.Reason)
        + Length(trial.ModelPath) + Length(trial.Note) + Length(last?.Reason) + Length(trial.Files) + Length(trial.Tags)));

    private static BlobReader Begin(BsonDocument document)
    {
        if (document[BlobField] is not { IsBinary: true } blob)
            throw new StoreDamagedException($"Trials as they stand, {document["_id"]}, are not there.");
        var reader = new BlobReader(blob.AsBinary);
        return reader.Byte() is var version && version != Version
            ? throw new StoreDamagedException($"Trials as they stand of format {version}; this program reads {Version}.")
            : reader;
    }

    private static TrialState State(ref BlobReader reader) => reader.Byte() is var place && place < _states.Length
        ? _states[place] : throw new StoreDamagedException($"A trial's state is number {place}.");

    private static int Length(string? text) => text?.Length ?? 0;

    private static int Length(IReadOnlyList<string>? texts) => texts?.Sum(text => text.Length) ?? 0;
}
