using LiteDB;
using LiteDB.Engine;

namespace VaeSweep.Store.LiteDb;

/// <summary>A LiteDB file of the store: transactions that are on the disk when they return, and reads that are compared with
/// their checksums.</summary>
/// <remarks>
/// One thread at a time, always the same one: LiteDB binds transactions to threads, and has faults with concurrent readers
/// (LiteDB issues 2817, 2825, 2526).
/// After any exception but <see cref="ArgumentException"/> from <see cref="Commit(StoreChanges)"/> or <see cref="Checkpoint"/>
/// its outcome is unknown: dispose,
/// open again, and send the same changes again.
/// </remarks>
public sealed partial class LiteDbFile : IDisposable
{
    /// <summary>From so many pages on the log is worth a checkpoint.</summary>
    public const int CheckpointPages = 4000;

    /// <summary>From so many on it is worth a second thread to make documents.</summary>
    private const long AheadBytes = 1 << 20;

    private readonly PageStore _pages;
    private readonly LiteEngine _engine;
    private bool _broken;

    private LiteDbFile(PageStore pages, LiteEngine engine, bool readOnly) =>
        (_pages, _engine, ReadOnly) = (pages, engine, readOnly);

    public string Path => _pages.Path;

    public bool ReadOnly { get; }

    /// <summary>Pages of 8 KiB in the log.</summary>
    public long LogPages => _pages.LogPages;

    /// <summary>Syncs of the log since it was opened.</summary>
    public long LogSyncs => _pages.LogSyncs;

    /// <summary>Transactions that the log held when the file was opened.</summary>
    public long ReplayedTransactions => _pages.ReplayedTransactions;

    /// <summary>Something failed, and it must be opened again.</summary>
    public bool IsBroken => _broken;

    internal PageStore Pages => _pages;

    internal static LiteDbFile Open(IDisk disk, string path, DiskAccess access, PageStoreOptions? options = null)
    {
        var pages = PageStore.Open(disk, path, access, options);
        return Over(pages, access == DiskAccess.Read);
    }

    internal static LiteDbFile Over(PageStore pages, bool readOnly)
    {
        try
        {
            var engine = LiteEngineFactory.Open(pages, readOnly);
            pages.DemandWritten();
            return new LiteDbFile(pages, engine, readOnly);
        }
        catch (LiteException error)
        {
            pages.Dispose();
            throw new StoreDamagedException($"'{pages.Path}' cannot be opened: {error.Message}", error);
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    public void Commit(StoreChanges changes) => Commit([changes]);

    /// <summary>Writes several sets of changes in one transaction, in order. When it returns they are on the disk.</summary>
    /// <param name="again">They were sent before, and it is not known what became of them.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Commit(IReadOnlyList<StoreChanges> group, bool again = false)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (ReadOnly)
            throw new InvalidOperationException($"'{Path}' was opened to be read.");
        if (group.All(changes => changes.Count == 0))
            return;
        Change(() =>
        {
            _engine.BeginTrans();
            foreach (var changes in group)
                Apply(changes.List, again);
            // A failure inside rolls the whole transaction back, and Commit then says false.
            if (!_engine.Commit())
                throw new IOException($"LiteDB did not commit to '{Path}'.");
        });
    }

    /// <summary>Moves what the log holds into the data file, and begins the log anew.</summary>
    public void Checkpoint()
    {
        if (!ReadOnly)
            Change(() => _engine.Checkpoint());
    }

    /// <summary>Closes; with a checkpoint first, unless something failed before.</summary>
    /// <exception cref="IOException">The disk failed at that. Nothing committed is lost.</exception>
    public void Dispose()
    {
        try
        {
            if (!_broken && !ReadOnly && _pages.Fault is null)
            {
                Checkpoint();
                _pages.ShrinkLog();
            }
        }
        finally
        {
            _engine.Dispose();
            _pages.Dispose();
        }
    }

    /// <summary>Closes as a killed process would.</summary>
    internal void Abandon()
    {
        _broken = true;
        _pages.Dispose();
        // It writes nothing by itself, and its finalizers have nothing to do then.
        _engine.Dispose();
    }

    private void Apply(IReadOnlyList<StoreChanges.Change> changes, bool again)
    {
        for (var first = 0; first < changes.Count;)
        {
            var change = changes[first];
            var end = first + 1;
            while (end < changes.Count && IsAlike(changes[end], change))
                end++;
            var run = changes.Skip(first).Take(end - first);
            switch (change)
            {
                case StoreChanges.PutOne one:
                    Put(change.Collection, run.Cast<StoreChanges.PutOne>().Select(put => put.Document), one.IsNew && !again);
                    break;
                case StoreChanges.PutMany:
                    foreach (var many in run.Cast<StoreChanges.PutMany>())
                        Put(many.Collection, Sealed(many), many.AreNew && !again);
                    break;
                case StoreChanges.DeleteOne:
                    _engine.Delete(change.Collection, run.Cast<StoreChanges.DeleteOne>().Select(one => one.Id));
                    break;
                case StoreChanges.DeleteMany:
                    foreach (var many in run.Cast<StoreChanges.DeleteMany>())
                        _engine.Delete(many.Collection, Keys(many));
                    break;
            }

            first = end;
        }
    }

    private static bool IsAlike(StoreChanges.Change one, StoreChanges.Change other) =>
        one.Collection == other.Collection && one.GetType() == other.GetType()
        && (one as StoreChanges.PutOne)?.IsNew == (other as StoreChanges.PutOne)?.IsNew;

    private void Put(string collection, IEnumerable<BsonDocument> documents, bool areNew)
    {
        if (areNew)
            _engine.Insert(collection, documents, BsonAutoId.Int64);
        else
            _engine.Upsert(collection, documents, BsonAutoId.Int64);
    }

    /// <summary>The documents with their sums; of very many the next ones are made while one is written.</summary>
    private static IEnumerable<BsonDocument> Sealed(StoreChanges.PutMany many)
    {
        var made = many.Documents.Select(document =>
        {
            DocumentSum.Seal(many.Collection, document);
            return document;
        });
        return many.Bytes < AheadBytes ? made : Ahead.Of(made, CancellationToken.None);
    }

    /// <summary>The keys of a range, inside a transaction.</summary>
    private List<BsonValue> Keys(StoreChanges.DeleteMany many)
    {
        var query = new Query { Select = "{ _id }" };
        query.Where.Add(Keyed("_id BETWEEN @0 AND @1", many.First, many.Last));
        var keys = new List<BsonValue>();
        using var reader = _engine.Query(many.Collection, query);
        while (reader.Read())
            keys.Add(reader.Current["_id"]);
        return keys;
    }

    private void Change(Action change)
    {
        if (_broken)
            throw new IOException($"'{Path}' failed before and must be opened again.");
        try
        {
            change();
            _pages.DemandWritten();
        }
        catch
        {
            _broken = true;
            throw;
        }
    }
}
