using System.Globalization;

namespace VaeSweep.Store.LiteDb;

/// <summary>Writes a store anew without the room that deleted documents left.</summary>
public static class StoreCompaction
{
    private const long Reserve = 16L << 20;
    private const string Suffix = ".compact";

    /// <summary>Compacts a store that nobody else has open. Cut at any point, the store is as before or as after.</summary>
    /// <param name="held">The right to write.</param>
    /// <returns>Bytes of the data file before and after.</returns>
    /// <exception cref="StoreFullException">The disk is full.</exception>
    /// <exception cref="StoreException">There is no room for a second copy and for the log that carries it over, or the store is
    /// damaged; the message says which.</exception>
    public static (long Before, long After) Run(StoreLock held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!held.MayWrite)
            throw new InvalidOperationException("To compact a store takes the right to write.");
        try
        {
            return Run(RealDisk.Instance, held.Store, cancellationToken);
        }
        catch (Exception error)
        {
            // Once the log has the copy's pages, the copy is not needed any more.
            StoreCopy.Delete(RealDisk.Instance, held.Store + Suffix);
            throw MaintenanceErrors.Translated(error, held.Store);
        }
    }

    internal static (long Before, long After) Run(IDisk disk, string path, CancellationToken cancellationToken,
        PageStoreOptions? options = null)
    {
        var copy = path + Suffix;
        long before;
        using (var file = LiteDbFile.Opened(disk, path, DiskAccess.Write, options))
        {
            StorePlace.Of(file);
            file.Checkpoint();
            before = file.Pages.DataPages * (long)LitePage.Size;
            DemandRoom(disk, path, (2 * before) + Reserve);
            using var target = new StoreCopy(disk, copy);
            foreach (var collection in file.Collections)
            {
                foreach (var document in file.ReadAll(collection))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    target.Add(collection, document);
                }
            }

            target.Finish();
        }

        var after = Replace(disk, path, copy, options);
        StoreCopy.Delete(disk, copy);
        return (before, after);
    }

    /// <summary>Puts all pages of another store into a store, at once and through its log.</summary>
    /// <returns>Bytes of the data file.</returns>
    internal static long Replace(IDisk disk, string path, string with, PageStoreOptions? options = null)
    {
        using var source = PageStore.Open(disk, with, DiskAccess.Read);
        using var target = PageStore.Open(disk, path, DiskAccess.Write, options);
        target.Replace(source.PageCount, (id, page) => source.ReadPage(id, page.Span));
        target.ShrinkLog();
        return target.DataPages * (long)LitePage.Size;
    }

    internal static void DemandRoom(IDisk disk, string path, long needed)
    {
        var free = disk.FreeBytes(path);
        if (free < needed)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"'{path}': {needed:N0} bytes must be free for this, and {free:N0} are. Nothing was changed; make room, or " +
                $"move the store to a larger disk."));
        }
    }
}
