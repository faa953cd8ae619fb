using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Scores of many finished trials, column by column, so that a table of 100,000 trials is a few reads.</summary>
/// <param name="Trials">Keys of the trials, a row each.</param>
/// <param name="Columns">Values of each metric, one for each row; NaN where a trial has none.</param>
public sealed record ColumnBlock(IReadOnlyList<long> Trials, IReadOnlyDictionary<string, double[]> Columns)
{
    /// <summary>Rows that a block should have at most: large enough to read fast, small enough to be written again when a trial
    /// joins it.</summary>
    public const int UsualRows = 5000;

    private const byte Version = 1;
    private const string BlobField = "columns";

    /// <exception cref="ArgumentException">A column has more or fewer values than there are trials.</exception>
    public BsonDocument ToDocument(long id)
    {
        var writer = new BlobWriter(64 + (Trials.Count * (5 + (sizeof(double) * Columns.Count))));
        writer.Byte(Version);
        writer.Number(Trials.Count);
        var before = 0L;
        foreach (var trial in Trials)
        {
            writer.Number(trial - before);
            before = trial;
        }

        writer.Number(Columns.Count);
        foreach (var (name, values) in Columns)
        {
            if (values.Length != Trials.Count)
                throw new ArgumentException($"Column '{name}' has {values.Length} values for {Trials.Count} trials.", nameof(id));
            writer.Text(name);
            writer.Doubles(values);
        }

        return new BsonDocument { ["_id"] = id, ["rows"] = Trials.Count, [BlobField] = writer.ToArray() };
    }

    /// <param name="wanted">Columns to read; null: all.</param>
    /// <exception cref="StoreDamagedException">The document is no such block.</exception>
    public static ColumnBlock Of(BsonDocument document, Func<string, bool>? wanted = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document[BlobField] is not { IsBinary: true } blob)
            throw new StoreDamagedException($"Block {document["_id"]} of scores has no columns.");
        var reader = new BlobReader(blob.AsBinary);
        var version = reader.Byte();
        if (version != Version)
            throw new StoreDamagedException($"Scores of format {version}; this program reads {Version}.");
        var trials = new long[reader.Count()];
        for (var i = 0; i < trials.Length; i++)
            trials[i] = reader.Number() + (i == 0 ? 0 : trials[i - 1]);
        var columns = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (var left = reader.Count(); left > 0; left--)
        {
            var name = reader.Text();
            if (wanted?.Invoke(name) == false)
            {
                reader.SkipDoubles();
                continue;
            }

            var values = reader.Doubles();
            columns[name] = values.Length == trials.Length
                ? values
                : throw new StoreDamagedException(
                    $"Column '{name}' of block {document["_id"]} has {values.Length} values for {trials.Length} trials.");
        }

        return new ColumnBlock(trials, columns);
    }
}
