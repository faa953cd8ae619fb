using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Trials as they were submitted, in blobs of many: a million are stored in seconds, and most of them wait for long.
/// What a <see cref="StandingBlob"/> says of a trial from its first change on counts before what stands here.</summary>
/// <remarks>The key is that of the first one.</remarks>
internal static class TrialBlob
{
    public const int Most = 1000;

    /// <summary>Fewer have documents of their own from the beginning.</summary>
    public const int Fewest = 20;

    private const byte Version = 1;
    private const string BlobField = "trials";
    private const int UsualBytes = 64;

    /// <summary>Whether a trial is as it was submitted: all that a blob can tell.</summary>
    public static bool Tells(TrialDocument trial) => trial == new TrialDocument(
        trial.Key, trial.Sweep, trial.Fingerprint, trial.Index, trial.Seed, trial.Point, trial.Pack, trial.Epochs);

    /// <param name="trials">At least one, keys ascending, each one that it <see cref="Tells"/>.</param>
    /// <param name="key">Of the blob; null: that of the first trial.</param>
    public static BsonDocument ToDocument(IReadOnlyList<TrialDocument> trials, long? key = null)
    {
        var writer = new BlobWriter(16 + (trials.Count * UsualBytes));
        writer.Byte(Version);
        writer.Number(trials.Count);
        foreach (var trial in trials)
        {
            writer.Number(trial.Key);
            writer.Number(trial.Sweep);
            foreach (var part in (ReadOnlySpan<ulong>)[trial.Fingerprint.First, trial.Fingerprint.Second, trial.Fingerprint.Third,
                trial.Fingerprint.Fourth])
            {
                writer.Number(unchecked((long)part));
            }
            writer.Number(trial.Index);
            writer.Number(trial.Seed);
            writer.Number(trial.Point);
            writer.Number(trial.Pack);
            writer.Number(trial.Epochs);
        }

        return new BsonDocument
        {
            ["_id"] = key ?? trials[0].Key, ["last"] = trials[^1].Key, ["count"] = trials.Count, [BlobField] = writer.ToArray(),
        };
    }

    /// <param name="wanted">Keys of those that are asked for; null: of all.</param>
    /// <exception cref="StoreDamagedException">The document is no such blob.</exception>
    public static List<TrialDocument> Of(BsonDocument document, Func<long, bool>? wanted = null)
    {
        if (document[BlobField] is not { IsBinary: true } blob)
            throw new StoreDamagedException($"Submitted trials {document["_id"]} are not there.");
        var reader = new BlobReader(blob.AsBinary);
        if (reader.Byte() is var version && version != Version)
            throw new StoreDamagedException($"Submitted trials of format {version}; this program reads {Version}.");
        var trials = new List<TrialDocument>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var (key, sweep) = (reader.Number(), reader.Number());
            var print = new TrialFingerprint(Part(ref reader), Part(ref reader), Part(ref reader), Part(ref reader));
            var (index, seed, point) = (reader.Number(), reader.Number(), reader.Number());
            var (pack, epochs) = (checked((int)reader.Number()), checked((int)reader.Number()));
            if (wanted?.Invoke(key) != false)
                trials.Add(new TrialDocument(key, sweep, print, index, seed, point, pack, epochs));
        }

        return trials;
    }

    private static ulong Part(ref BlobReader reader) => unchecked((ulong)reader.Number());
}
