using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Documents to write and to delete, all together or not at all, in this order.</summary>
/// <remarks>Made on any thread; each document gets its checksum here and must not be altered afterwards. All are upserts by key,
/// so that changes whose
/// outcome is unknown can be sent again.</remarks>
public sealed class StoreChanges
{
    private readonly List<Change> _changes = [];

    /// <summary>About how many bytes it adds to the log.</summary>
    public long Bytes { get; private set; }

    public int Count => _changes.Count;

    internal IReadOnlyList<Change> List => _changes;

    /// <param name="document">With an <c>_id</c>: an int64, or a string that is compared byte by byte.</param>
    /// <exception cref="ArgumentException">It cannot be stored so that it comes back the same; see the message.</exception>
    public StoreChanges Upsert(string collection, BsonDocument document)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(document);
        Bytes += DocumentSum.Seal(collection, document);
        _changes.Add(new Change(collection, document["_id"], document));
        return this;
    }

    /// <summary>Deletes a document where it is there.</summary>
    public StoreChanges Delete(string collection, BsonValue id)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(id);
        _changes.Add(new Change(collection, id, null));
        return this;
    }

    internal readonly record struct Change(string Collection, BsonValue Id, BsonDocument? Document);
}
