using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Documents whose whole content follows from their collection, key and version, and what a store should hold of
/// them.</summary>
internal sealed class Shelf
{
    private static readonly byte[] _pool = Pool();

    private readonly Dictionary<(string Collection, long Id), int> _versions;

    public Shelf()
        : this([])
    {
    }

    private Shelf(Dictionary<(string, long), int> versions) => _versions = versions;

    public static string[] Collections { get; } = [StoreCollections.Segments, StoreCollections.Trials, StoreCollections.Sweeps];

    public int Count => _versions.Count;

    public IEnumerable<(string Collection, long Id)> Keys => _versions.Keys;

    public Shelf Copy() => new(new(_versions));

    /// <summary>Takes a document off, or puts its next version there.</summary>
    public void Set(string collection, long id, int? version)
    {
        if (version is { } known)
            _versions[(collection, id)] = known;
        else
            _versions.Remove((collection, id));
    }

    /// <param name="scale">How large segments are: 1 up to 30 KB, 2 up to 200 KB.</param>
    public static BsonDocument Document(string collection, long id, int version, int scale = 1) => new()
    {
        ["_id"] = id,
        ["version"] = version,
        ["scale"] = scale,
        ["blob"] = Blob(collection, id, version, scale).ToArray(),
    };

    /// <summary>Everything that a file holds.</summary>
    /// <exception cref="InvalidOperationException">A document is there twice, or is not what was written.</exception>
    public static Shelf Of(LiteDbFile file)
    {
        var shelf = new Shelf();
        foreach (var collection in Collections)
        {
            foreach (var document in file.ReadAll(collection))
            {
                var (id, version, scale) = (document["_id"].AsInt64, document["version"].AsInt32, document["scale"].AsInt32);
                if (!document["blob"].AsBinary.AsSpan().SequenceEqual(Blob(collection, id, version, scale)))
                    throw new InvalidOperationException($"{collection}/{id} has a wrong content.");
                if (!shelf._versions.TryAdd((collection, id), version))
                    throw new InvalidOperationException($"{collection}/{id} is there twice.");
            }
        }

        return shelf;
    }

    public bool Same(Shelf other) => Count == other.Count
        && _versions.All(entry => other._versions.TryGetValue(entry.Key, out var version) && version == entry.Value);

    /// <summary>What both have in different versions.</summary>
    public IEnumerable<(string Collection, long Id)> Others(Shelf other) =>
        _versions.Where(entry => other._versions.TryGetValue(entry.Key, out var version) && version != entry.Value)
            .Select(entry => entry.Key);

    /// <summary>How it differs from what was wanted.</summary>
    public string Against(Shelf wanted) =>
        $"{wanted._versions.Keys.Except(_versions.Keys).Count()} missing, " +
        $"{_versions.Keys.Except(wanted._versions.Keys).Count()} too many, " +
        $"{_versions.Count(entry => wanted._versions.TryGetValue(entry.Key, out var version) && version != entry.Value)} of " +
        $"another version, of {wanted.Count}";

    private static ReadOnlySpan<byte> Blob(string collection, long id, int version, int scale)
    {
        var hash = unchecked((uint)((id * 2654435761L) + (version * 40503L)));
        var length = collection != StoreCollections.Segments ? 10 + (hash % 60) : (hash % 10) switch
        {
            < 5 => 200 + (hash % 3000),
            < 8 => 5000 + (hash % 15000),
            8 => 20000 + (hash % 10000),
            _ => scale > 1 ? 100_000 + (hash % 100_000) : 30_000,
        };
        return _pool.AsSpan((int)(hash % 700_000), (int)length);
    }

    private static byte[] Pool()
    {
        var pool = new byte[1 << 20];
        new Random(99).NextBytes(pool);
        return pool;
    }
}
