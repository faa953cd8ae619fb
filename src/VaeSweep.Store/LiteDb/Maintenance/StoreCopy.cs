using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>A new store that is filled document by document.</summary>
internal sealed class StoreCopy : IDisposable
{
    private const long GroupBytes = 8L << 20;

    private readonly IDisk _disk;
    private readonly string _path;
    private readonly LiteDbFile _file;
    private StoreChanges _changes = new();
    private bool _finished;

    public StoreCopy(IDisk disk, string path)
    {
        (_disk, _path) = (disk, path);
        Delete(disk, path);
        _file = LiteDbFile.Open(disk, path, DiskAccess.Write);
    }

    /// <summary>Deletes a store's three files; the data first, so that what may be left is no store.</summary>
    public static void Delete(IDisk disk, string path)
    {
        disk.Delete(path);
        disk.Delete(PageStore.LogPath(path));
        disk.Delete(PageStore.SumsPath(path));
    }

    public void Add(string collection, BsonDocument document)
    {
        _changes.Upsert(collection, document);
        if (_changes.Bytes < GroupBytes)
            return;
        Commit();
    }

    /// <summary>Makes it whole and closes it.</summary>
    public void Finish()
    {
        Commit();
        _finished = true;
        _file.Dispose();
    }

    /// <summary>Deletes what was not finished.</summary>
    public void Dispose()
    {
        if (_finished)
            return;
        _file.Abandon();
        Delete(_disk, _path);
    }

    private void Commit()
    {
        _file.Commit(_changes);
        if (_file.LogPages > LiteDbFile.CheckpointPages)
            _file.Checkpoint();
        _changes = new StoreChanges();
    }
}
