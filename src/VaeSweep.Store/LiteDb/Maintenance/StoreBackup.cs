using System.Diagnostics;

namespace VaeSweep.Store.LiteDb;

/// <summary>Makes back-ups, and stores from back-ups.</summary>
public static class StoreBackup
{
    /// <summary>How long the writer's thread copies before others have their turn.</summary>
    private static readonly TimeSpan _slice = TimeSpan.FromMilliseconds(5);

    /// <summary>Makes a back-up of a store that nobody writes to now.</summary>
    /// <param name="held">The right to read it.</param>
    /// <param name="file">Where; nothing may be there yet.</param>
    /// <param name="replaces">A file that is there already gives way once the back-up is whole.</param>
    /// <returns>What the back-up holds, which was read again.</returns>
    /// <exception cref="StoreException">The store is damaged, or the file cannot be written; the message says which, and nothing
    /// is left of the file.</exception>
    public static BackupSummary Run(StoreLock held, string file, CancellationToken cancellationToken, bool replaces = false)
    {
        ArgumentNullException.ThrowIfNull(held);
        RefuseOwnFiles(held.Store, file);
        using var backup = new BackupWriter(file, replaces);
        try
        {
            using var store = LiteDbFile.Opened(RealDisk.Instance, held.Store, DiskAccess.Read);
            StorePlace.Of(store);
            var count = store.Pages.PageCount;
            backup.DemandRoom(count);
            while (backup.Pages < count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                backup.Add(page => store.Pages.ReadPage(backup.Pages, page.Span));
            }
        }
        catch (Exception error)
        {
            throw MaintenanceErrors.Translated(error, held.Store);
        }

        return backup.Finish(cancellationToken);
    }

    /// <summary>Makes a back-up of a store that is in use: as it stands at one moment after this was called, while commits go
    /// on.</summary>
    /// <param name="replaces">A file that is there already gives way once the back-up is whole.</param>
    /// <exception cref="StoreException">The store is damaged, or the file cannot be written; the message says which.</exception>
    public static async Task<BackupSummary> RunAsync(
        LiteDbWriter writer, string file, CancellationToken cancellationToken, bool replaces = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        RefuseOwnFiles(writer.Path, file);
        using var backup = new BackupWriter(file, replaces);
        LiteDbFile? copied = null;
        uint count = 0;
        // Between two checkpoints nobody writes to the data file: it stands still while it is copied.
        await writer.InSlicesAsync(
            store =>
            {
                if (copied is null)
                {
                    store.Checkpoint();
                    (copied, count) = (store, store.Pages.DataPages);
                    writer.CheckpointsHeld++;
                }

                try
                {
                    if (copied != store)
                    {
                        throw new StoreException(
                            $"Store '{store.Path}' was opened again while it was copied. Make the back-up again.");
                    }
                    cancellationToken.ThrowIfCancellationRequested();
                    for (var since = Stopwatch.GetTimestamp(); backup.Pages < count && Stopwatch.GetElapsedTime(since) < _slice;)
                        backup.Add(page => store.Pages.ReadPage(backup.Pages, page.Span));
                    if (backup.Pages < count)
                        return false;
                }
                catch
                {
                    writer.CheckpointsHeld--;
                    throw;
                }

                writer.CheckpointsHeld--;
                return true;
            },
            CancellationToken.None);
        return backup.Finish(cancellationToken);
    }

    /// <summary>Reads all of a back-up and makes sure of it.</summary>
    /// <exception cref="StoreDamagedException">It is not what was written.</exception>
    /// <exception cref="StoreOutdatedException">A newer program made it.</exception>
    /// <exception cref="StoreException">It is no back-up, or cannot be read.</exception>
    public static BackupSummary Verify(string file, CancellationToken cancellationToken)
    {
        using var backup = Open(file);
        try
        {
            var (_, sum) = BackupFile.Verify(backup, cancellationToken);
            return BackupContents.Read(backup.Path, $"{sum:x16}");
        }
        catch (IOException error)
        {
            throw new StoreException($"Back-up '{backup.Path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Makes a store what a back-up says; its generation becomes a new one when it is opened next.</summary>
    /// <param name="held">The right to write the store, which may be there or not.</param>
    /// <param name="keepsReplaced">What was there before is kept under another name; otherwise it is gone.</param>
    /// <returns>The store that was replaced, where it was kept; null when there was none.</returns>
    /// <exception cref="StoreException">The file is no whole back-up, or there is no room; then nothing was changed.</exception>
    public static string? Restore(StoreLock held, string file, CancellationToken cancellationToken, bool keepsReplaced = false)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!held.MayWrite)
            throw new InvalidOperationException("To restore a store takes the right to write.");
        using var backup = Open(file);
        var (pages, sum) = BackupFile.Verify(backup, cancellationToken);
        BackupContents.Read(backup.Path, $"{sum:x16}");
        var isNew = !File.Exists(held.Store);
        keepsReplaced &= !isNew;
        StoreCompaction.DemandRoom(RealDisk.Instance, held.Store,
            (2L * pages * LitePage.Size) + (keepsReplaced ? StoreAside.Bytes(held.Store) : 0));
        try
        {
            // Says who it is that has the file open, before anything is copied.
            if (!isNew)
                RealDisk.Instance.Open(held.Store, DiskAccess.Write).Dispose();
            var kept = keepsReplaced ? StoreAside.Keep(held.Store) : null;
            // An opening that no back-up knows: wherever this is cut, the store begins a new generation.
            held.Record();
            using (var store = OpenWhateverItIs(held.Store))
                store.Replace(pages, (id, page) => backup.Read(id * (long)LitePage.Size, page.Span));
            using var restored = LiteDbFile.Open(RealDisk.Instance, held.Store, DiskAccess.Write);
            StorePlace.Forget(restored);
            return kept;
        }
        catch (Exception error)
        {
            // What was begun where nothing was is no store that anybody wants.
            if (isNew)
                StoreCopy.Delete(RealDisk.Instance, held.Store);
            throw MaintenanceErrors.Translated(error, held.Store);
        }
    }

    private static void RefuseOwnFiles(string store, string file)
    {
        if (StoreFileKinds.IsPartOf(store, file) || StoreFileKinds.IsPartOf(store, BackupWriter.PartOf(file)))
            throw new StoreException($"'{file}' is one of the store's own files. Name another for the back-up.");
    }

    private static IDiskFile Open(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var full = Path.GetFullPath(file);
        if (Directory.Exists(full))
            throw new StoreException($"'{full}' is a folder. A back-up is a file.");
        if (!File.Exists(full))
            throw new StoreException($"There is no back-up '{full}'.");
        if (!FileInode.IsOrdinary(full))
            throw new StoreException($"'{full}' is no ordinary file. Write what it gives into one, and restore that.");
        try
        {
            return RealDisk.Instance.Open(full, DiskAccess.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"Back-up '{full}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>What is damaged is to be replaced all the same.</summary>
    private static PageStore OpenWhateverItIs(string path)
    {
        try
        {
            return PageStore.Open(RealDisk.Instance, path, DiskAccess.Write);
        }
        catch (StoreDamagedException)
        {
            return PageStore.Adopt(RealDisk.Instance, path);
        }
    }
}
