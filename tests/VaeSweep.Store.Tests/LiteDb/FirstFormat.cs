using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Stores as they were before <see cref="StoreCollections.Standing"/>: a document for each trial that had
/// changed.</summary>
internal static class FirstFormat
{
    /// <summary>Makes a store one of the first format.</summary>
    /// <returns>Documents of trials that it has then.</returns>
    public static async Task<int> TurnBackAsync(string path, CancellationToken cancellationToken)
    {
        using var held = await StoreLock.TakeAsync(path, TimeProvider.System, cancellationToken);
        using var file = LiteDbFile.Open(held);
        var (changes, rows) = (new StoreChanges(), new Dictionary<long, StandingRow>());
        foreach (var blob in file.ReadAll(StoreCollections.Standing))
        {
            foreach (var row in StandingBlob.Rows(blob))
                rows[row.Trial] = row;
            changes.Delete(StoreCollections.Standing, blob["_id"]);
        }

        foreach (var row in rows.Values)
        {
            changes.Upsert(StoreCollections.Trials, new BsonDocument
            {
                ["_id"] = row.Trial, ["state"] = Words.Of(row.State), ["trial"] = row.Body,
            });
        }

        var store = file.Find(StoreCollections.Meta, StorePlace.Key)!;
        store["format"] = 1;
        file.Commit(changes.Upsert(StoreCollections.Meta, store));
        return rows.Count;
    }

    /// <returns>Documents of trials, and the format.</returns>
    public static (int Documents, int Format) Of(string path)
    {
        using var held = StoreLock.Share(path);
        using var file = LiteDbFile.Open(held);
        return (file.ReadAll(StoreCollections.Trials).Count(),
            file.Find(StoreCollections.Meta, StorePlace.Key)!["format"].AsInt32);
    }
}
