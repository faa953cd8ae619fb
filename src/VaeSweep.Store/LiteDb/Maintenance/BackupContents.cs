using LiteDB;
using LiteDB.Engine;

namespace VaeSweep.Store.LiteDb;

/// <summary>Looks into a back-up whose pages are known to be whole, which LiteDB may loop on otherwise.</summary>
internal static class BackupContents
{
    /// <exception cref="StoreOutdatedException">A newer program made the store.</exception>
    /// <exception cref="StoreDamagedException">LiteDB cannot read it.</exception>
    public static BackupSummary Read(string path, string checksum)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            // Through streams: by its name LiteDB would look for a log of its own beside it.
            using var database = new LiteDatabase(new LiteEngine(new EngineSettings
            {
                DataStream = file, LogStream = new MemoryStream(), TempStream = new MemoryStream(), ReadOnly = true,
            }));
            var store = database.GetCollection(StoreCollections.Meta).FindById(StorePlace.Key);
            return new BackupSummary(path, file.Length, checksum, store is null ? null : StorePlace.Of(store, path).Identity,
                database.GetCollection(StoreCollections.Sweeps).LongCount(),
                Trials(database));
        }
        catch (LiteException error)
        {
            throw new StoreDamagedException($"Back-up '{path}' cannot be read: {error.Message}", error);
        }
    }

    private static long Trials(LiteDatabase database)
    {
        HashSet<long> keys = [.. database.GetCollection(StoreCollections.Trials).FindAll().Select(one => one["_id"].AsInt64)];
        keys.UnionWith(database.GetCollection(StoreCollections.Submitted).FindAll().SelectMany(blob => TrialBlob.Of(blob))
            .Select(trial => trial.Key));
        keys.UnionWith(database.GetCollection(StoreCollections.Standing).FindAll().SelectMany(StandingBlob.Rows)
            .Select(row => row.Trial));
        return keys.Count;
    }
}
