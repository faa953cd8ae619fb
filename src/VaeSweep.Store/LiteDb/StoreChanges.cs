using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Documents to write and to delete, all together or not at all, in this order.</summary>
/// <remarks>Made on any thread; documents get their checksums here and must not be altered afterwards. All are upserts by key, so
/// that changes whose outcome is unknown can be sent again.</remarks>
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
        _changes.Add(new UpsertOne(collection, document));
        return this;
    }

    /// <summary>Many documents, which are made while they are written, so that they never exist all at once.</summary>
    /// <param name="documents">Gives the same whenever it is enumerated, which is on other threads and may be several times.</param>
    /// <param name="bytes">About how many they take together.</param>
    public StoreChanges Upsert(string collection, IEnumerable<BsonDocument> documents, long bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(documents);
        Bytes += bytes;
        _changes.Add(new UpsertMany(collection, documents, bytes));
        return this;
    }

    /// <summary>Deletes a document where it is there.</summary>
    public StoreChanges Delete(string collection, BsonValue id)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(id);
        _changes.Add(new DeleteOne(collection, id));
        return this;
    }

    /// <summary>Deletes all documents whose int64 keys are from one to another, both included.</summary>
    public StoreChanges DeleteRange(string collection, long first, long last)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        _changes.Add(new DeleteMany(collection, first, last));
        return this;
    }

    internal abstract record Change(string Collection);

    internal sealed record UpsertOne(string Collection, BsonDocument Document) : Change(Collection);

    internal sealed record UpsertMany(string Collection, IEnumerable<BsonDocument> Documents, long Bytes) : Change(Collection);

    internal sealed record DeleteOne(string Collection, BsonValue Id) : Change(Collection);

    internal sealed record DeleteMany(string Collection, long First, long Last) : Change(Collection);
}
