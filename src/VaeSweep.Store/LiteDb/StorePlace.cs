using System.Security.Cryptography;
using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>What a store file says of itself: which store it is, and where it was opened last.</summary>
internal static class StorePlace
{
    /// <summary>Its document in <see cref="StoreCollections.Meta"/>.</summary>
    public const string Key = "store";

    /// <summary>1 had a document for each trial; see <see cref="StoreCollections.Trials"/>.</summary>
    private const int Format = 2;

    /// <returns>Null when the store has none yet.</returns>
    /// <exception cref="StoreOutdatedException">A newer program made the store.</exception>
    public static StoreIdentity? Of(LiteDbFile file)
    {
        return file.Find(StoreCollections.Meta, Key) is { } document ? Of(document, file.Path) : null;
    }

    /// <param name="document">The one with <see cref="Key"/>.</param>
    /// <param name="path">Where it was found.</param>
    internal static StoreIdentity Of(BsonDocument document, string path) => document["format"].AsInt32 <= Format
        ? new StoreIdentity(document["identity"].AsString, document["generation"].AsInt64)
        : throw new StoreOutdatedException(
            $"Store '{path}' was made by a newer version (format {document["format"].AsInt32}; this one reads {Format}). Use " +
            "that version.");

    /// <summary>Makes the next opening begin a new generation.</summary>
    public static void Forget(LiteDbFile file)
    {
        if (file.Find(StoreCollections.Meta, Key) is not { } document)
            return;
        document["inode"] = 0L;
        document["machine"] = "";
        file.Commit(new StoreChanges().Upsert(StoreCollections.Meta, document));
    }

    /// <summary>Says in the store who opens it, and makes a new generation where the file is not the one that was left.</summary>
    /// <param name="inode">Of the data file, now.</param>
    /// <param name="opening">Of this opening.</param>
    /// <param name="openingBefore">What STORE.owner says of the last one; null when there is no such file.</param>
    public static StoreIdentity Settle(LiteDbFile file, long inode, string opening, string? openingBefore)
    {
        var known = Of(file);
        var document = known is null ? new BsonDocument() : file.Find(StoreCollections.Meta, Key)!;
        // Two are kept: this process may end after the store knows its opening and before STORE.owner does.
        string?[] openings = [Text(document["opening"]), Text(document["opening_before"])];
        var moved = document["machine"].AsString != HostIdentity.Current.Machine || document["inode"].AsInt64 != inode
            || (openingBefore is not null && !openings.Contains(openingBefore, StringComparer.Ordinal));
        var identity = new StoreIdentity(
            known?.Identity ?? Guid.NewGuid().ToString("N"),
            known is null || moved ? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) : known.Generation);
        file.Commit(new StoreChanges().Upsert(StoreCollections.Meta, new BsonDocument
        {
            ["_id"] = Key,
            ["format"] = Format,
            ["identity"] = identity.Identity,
            ["generation"] = identity.Generation,
            ["machine"] = HostIdentity.Current.Machine,
            ["inode"] = inode,
            ["opening"] = opening,
            ["opening_before"] = openingBefore,
        }));
        return identity;

        static string? Text(BsonValue value) => value.IsString ? value.AsString : null;
    }
}
