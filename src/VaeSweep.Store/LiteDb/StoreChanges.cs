using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Documents to write and to delete, all together or not at all, in this order.</summary>
/// <remarks>Made on any thread; documents get their checksums here and must not be altered afterwards. Changes whose outcome is
/// unknown can be sent again: what was new is upserted by its key then.</remarks>
public sealed class StoreChanges
{
    private readonly List<Change> _changes = [];

    /// <summary>About how many bytes it adds to the log.</summary>
    public long Bytes { get; private set; }

    public int Count => _changes.Count;

    internal IReadOnlyList<Change> List => _changes;

    /// <param name="document">With an <c>_id</c>: an int64, or a string that is compared byte by byte.</param>
    /// <exception cref="ArgumentException">It cannot be stored so that it comes back the same; see the message.</exception>
    public StoreChanges Upsert(string collection, BsonDocument document) => Put(collection, document, isNew: false);

    /// <summary>As <see cref="Upsert(string, BsonDocument)"/>, of a key that the collection does not have: LiteDB need not look
    /// for it first, which takes as long as to write it.</summary>
    public StoreChanges Insert(string collection, BsonDocument document) => Put(collection, document, isNew: true);

    /// <summary>Many documents, which are made while they are written, so that they never exist all at once.</summary>
    /// <param name="documents">Gives the same whenever it is enumerated, which is on other threads and may be several
    /// times.</param>
    /// <param name="bytes">About how many they take together.</param>
    /// <param name="areNew">The collection has none of their keys.</param>
    public StoreChanges Upsert(string collection, IEnumerable<BsonDocument> documents, long bytes, bool areNew = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(documents);
        Bytes += bytes;
        _changes.Add(new PutMany(collection, documents, bytes, areNew));
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

    private StoreChanges Put(string collection, BsonDocument document, bool isNew)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(document);
        Bytes += DocumentSum.Seal(collection, document);
        _changes.Add(new PutOne(collection, document, isNew));
        return this;
    }

    internal abstract record Change(string Collection);

    internal sealed record PutOne(string Collection, BsonDocument Document, bool IsNew) : Change(Collection);

    internal sealed record PutMany(string Collection, IEnumerable<BsonDocument> Documents, long Bytes, bool AreNew)
        : Change(Collection);

    internal sealed record DeleteOne(string Collection, BsonValue Id) : Change(Collection);

    internal sealed record DeleteMany(string Collection, long First, long Last) : Change(Collection);
}
