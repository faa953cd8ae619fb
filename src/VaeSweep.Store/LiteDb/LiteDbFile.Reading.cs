using LiteDB;

namespace VaeSweep.Store.LiteDb;

public sealed partial class LiteDbFile
{
    /// <summary>Documents that are read at once where nobody says how many.</summary>
    public const int SliceDocuments = 500;

    /// <summary>The collections that the file has.</summary>
    public IReadOnlyList<string> Collections
    {
        get
        {
            var query = new Query();
            query.Where.Add(BsonExpression.Create("type = 'user'"));
            using var reader = _engine.Query("$cols", query);
            var names = new List<string>();
            while (reader.Read())
                names.Add(reader.Current["name"].AsString);
            return names;
        }
    }

    /// <summary>A document by its key.</summary>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="StoreDamagedException">It is not what was written.</exception>
    public BsonDocument? Find(string collection, BsonValue id) =>
        Checked(collection, Query(collection, Keyed("_id = @0", id), 1)).FirstOrDefault();

    /// <summary>Documents in the order of their keys.</summary>
    /// <param name="from">The first key; null for the collection's first.</param>
    /// <param name="to">The last key, itself included; null for the collection's last.</param>
    /// <param name="limit">Most documents. A long read goes in slices, so that commits come between; the pages of a slice stay in
    /// LiteDB's memory.</param>
    /// <exception cref="StoreDamagedException">A document is not what was written.</exception>
    public IReadOnlyList<BsonDocument> Read(string collection, BsonValue? from = null, BsonValue? to = null,
        int limit = SliceDocuments) => Checked(collection, ReadUnchecked(collection, from, to, limit));

    /// <summary>As <see cref="Read"/>, for whoever compares the documents with their sums elsewhere:
    /// <see cref="Demand"/>.</summary>
    internal List<BsonDocument> ReadUnchecked(string collection, BsonValue? from, BsonValue? to, int limit) => Query(
        collection,
        (from, to) switch
        {
            (null, null) => null,
            (_, null) => Keyed("_id >= @0", from),
            (null, _) => Keyed("_id <= @0", to),
            _ => Keyed("_id BETWEEN @0 AND @1", from, to),
        },
        limit);

    /// <summary>All documents, or those of a range, slice by slice. Nothing may be committed meanwhile.</summary>
    /// <param name="to">Of int64 keys only.</param>
    /// <exception cref="StoreDamagedException">A document is not what was written.</exception>
    public IEnumerable<BsonDocument> ReadAll(string collection, BsonValue? from = null, BsonValue? to = null)
    {
        for (var slice = Read(collection, from, to); slice.Count > 0; slice = slice.Count < SliceDocuments ? []
            : After(collection, slice[^1]["_id"], to))
        {
            foreach (var document in slice)
                yield return document;
        }
    }

    /// <summary>The documents that follow a key.</summary>
    /// <param name="to">Of int64 keys only.</param>
    public IReadOnlyList<BsonDocument> After(string collection, BsonValue id, BsonValue? to = null, int limit = SliceDocuments) =>
        Checked(collection, AfterUnchecked(collection, id, to, limit));

    /// <summary>As <see cref="After"/>, for whoever compares the documents with their sums elsewhere:
    /// <see cref="Demand"/>.</summary>
    internal List<BsonDocument> AfterUnchecked(string collection, BsonValue id, BsonValue? to, int limit) =>
        id.IsInt64 ? ReadUnchecked(collection, id.AsInt64 + 1, to, limit) : Query(collection, Keyed("_id > @0", id), limit);

    /// <summary>Compares a document with its sum; on any thread.</summary>
    /// <exception cref="StoreDamagedException">It is not what was written.</exception>
    internal void Demand(string collection, BsonDocument document)
    {
        if (!DocumentSum.Fits(collection, document))
        {
            throw new StoreDamagedException(
                $"'{Path}': document {DocumentName.Of(collection, document["_id"])} does not match its checksum.");
        }
    }

    // Keys are parameters: LiteDB compiles each text once and keeps it for ever.
    private static BsonExpression Keyed(string condition, params BsonValue[] keys) => BsonExpression.Create(condition, keys);

    private List<BsonDocument> Checked(string collection, List<BsonDocument> documents)
    {
        documents.ForEach(document => Demand(collection, document));
        return documents;
    }

    private List<BsonDocument> Query(string collection, BsonExpression? where, int limit)
    {
        var query = new Query { Limit = limit };
        if (where is not null)
            query.Where.Add(where);
        var documents = new List<BsonDocument>();
        try
        {
            using var reader = _engine.Query(collection, query);
            while (reader.Read())
                documents.Add(reader.Current.AsDocument);
        }
        catch (IOException)
        {
            // LiteDB closes itself at that.
            _broken = true;
            throw;
        }
        catch (Exception error) when (error is not StoreException)
        {
            throw new StoreDamagedException($"'{Path}': {collection} cannot be read: {error.Message}", error);
        }

        return documents;
    }
}
