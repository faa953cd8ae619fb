using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Configurations in blobs of many: they come by thousands, never change and never go.</summary>
/// <remarks>The key is that of the first one.</remarks>
internal static class PointBlob
{
    /// <summary>Configurations in one blob at most: few enough to read one of them fast.</summary>
    public const int Most = 256;

    private const byte Version = 1;
    private const string BlobField = "points";
    private const int UsualBytes = 300;

    /// <param name="points">At least one, keys ascending.</param>
    public static BsonDocument ToDocument(IReadOnlyList<PointDocument> points)
    {
        var writer = new BlobWriter(16 + (points.Count * UsualBytes));
        writer.Byte(Version);
        writer.Number(points.Count);
        foreach (var point in points)
        {
            writer.Number(point.Key);
            writer.Number(unchecked((long)(ulong)(point.Hash >> 64)));
            writer.Number(unchecked((long)(ulong)point.Hash));
            writer.Number(point.SeedAt);
            writer.Number(point.Base);
            writer.Text(point.Text);
        }

        return new BsonDocument { ["_id"] = points[0].Key, ["count"] = points.Count, [BlobField] = writer.ToArray() };
    }

    /// <exception cref="StoreDamagedException">The document is no such blob.</exception>
    public static List<PointDocument> Of(BsonDocument document)
    {
        if (document[BlobField] is not { IsBinary: true } blob)
            throw new StoreDamagedException($"Configurations {document["_id"]} have no text.");
        var reader = new BlobReader(blob.AsBinary);
        if (reader.Byte() is var version && version != Version)
            throw new StoreDamagedException($"Configurations of format {version}; this program reads {Version}.");
        var points = new List<PointDocument>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var key = reader.Number();
            var hash = new UInt128(unchecked((ulong)reader.Number()), unchecked((ulong)reader.Number()));
            points.Add(new PointDocument(key, hash, checked((int)reader.Number()), reader.Number(), reader.Text()));
        }

        return points;
    }
}
