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
    /// <exception cref="StoreException">The store is damaged, or the file cannot be written; the message says which.</exception>
    public static void Run(StoreLock held, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        using var backup = new BackupWriter(file);
        using var store = LiteDbFile.Opened(RealDisk.Instance, held.Store, DiskAccess.Read);
        var count = store.Pages.PageCount;
        while (backup.Pages < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Guarded(() => backup.Add(page => store.Pages.ReadPage(backup.Pages, page.Span)), file);
        }

        Guarded(backup.Finish, file);
    }

    /// <summary>Makes a back-up of a store that is in use: as it stands at one moment after this was called, while commits go
    /// on.</summary>
    /// <exception cref="StoreException">The store is damaged, or the file cannot be written; the message says which.</exception>
    public static async Task RunAsync(LiteDbWriter writer, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var backup = new BackupWriter(file);
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
                        throw new StoreException(
                            $"Store '{store.Path}' was opened again while it was copied. Make the back-up again.");
                    cancellationToken.ThrowIfCancellationRequested();
                    for (var since = Stopwatch.GetTimestamp(); backup.Pages < count && Stopwatch.GetElapsedTime(since) < _slice;)
                        Guarded(() => backup.Add(page => store.Pages.ReadPage(backup.Pages, page.Span)), file);
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
        Guarded(backup.Finish, file);
    }

    /// <summary>Makes a store what a back-up says. What it was before is gone; its generation becomes a new one when it is opened
    /// next.</summary>
    /// <param name="held">The right to write the store, which may be there or not.</param>
    /// <exception cref="StoreException">The file is no whole back-up; then nothing was changed.</exception>
    public static void Restore(StoreLock held, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!held.MayWrite)
            throw new InvalidOperationException("To restore a store takes the right to write.");
        if (!File.Exists(file))
            throw new StoreException($"There is no back-up '{file}'.");
        using var backup = RealDisk.Instance.Open(file, DiskAccess.Read);
        var pages = BackupFile.Verify(backup, cancellationToken);
        StoreCompaction.DemandRoom(RealDisk.Instance, held.Store, 2L * pages * LitePage.Size);
        try
        {
            using (var store = OpenWhateverItIs(held.Store))
                store.Replace(pages, (id, page) => backup.Read(id * (long)LitePage.Size, page.Span));
            using var restored = LiteDbFile.Open(RealDisk.Instance, held.Store, DiskAccess.Write);
            StorePlace.Forget(restored);
        }
        catch (Exception error)
        {
            throw LiteDbFile.Translated(error, RealDisk.Instance, held.Store);
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

    private static void Guarded(Action write, string file)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The back-up could not be written to '{file}': {error.Message}", error);
        }
    }
}
