using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Takes over a file that another program changed with LiteDB, or whose log or checksums were lost.</summary>
public static class StoreAdoption
{
    private const string Suffix = ".adopt";

    /// <summary>Whether there is something to take over.</summary>
    /// <param name="held">The right to read the store.</param>
    /// <returns>False of a store that is as it was left here.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static bool IsNeeded(StoreLock held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        return File.Exists(StoreFileKinds.LiteDbLog(held.Store)) || !StoreCheck.Run(held, cancellationToken).Sound;
    }

    /// <summary>Reads every document, page by page, and writes the store anew from them.</summary>
    /// <param name="held">The right to write the store.</param>
    /// <returns>Documents that another program wrote or changed, such as <c>trials/17</c>: what they say is taken as it
    /// is.</returns>
    /// <exception cref="StoreDamagedException">The file is not one that LiteDB left in order; then it is as it was, and <see
    /// cref="StoreCheck.Rescue"/> saves
    /// what is whole.</exception>
    public static IReadOnlyList<string> Run(StoreLock held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!held.MayWrite)
            throw new InvalidOperationException("To adopt a store takes the right to write.");
        try
        {
            return Run(RealDisk.Instance, held.Store, cancellationToken);
        }
        catch (Exception error)
        {
            StoreCopy.Delete(RealDisk.Instance, held.Store + Suffix);
            throw MaintenanceErrors.Translated(error, held.Store);
        }
    }

    private static List<string> Run(IDisk disk, string path, CancellationToken cancellationToken)
    {
        // What another program left in LiteDB's own log, LiteDB itself moves into the file.
        if (File.Exists(StoreFileKinds.LiteDbLog(path)))
        {
            // Says who it is that has the file open still.
            disk.Open(path, DiskAccess.Write).Dispose();
            using var foreign = new LiteDatabase(path);
            foreign.Checkpoint();
        }

        var copy = path + Suffix;
        var changed = new List<string>();
        using (var pages = new RawPages(disk, path))
        using (var target = new StoreCopy(disk, copy))
        {
            var scan = new RawScan(pages);
            foreach (var found in scan.Documents())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (found.Collection is null)
                {
                    throw new StoreDamagedException(
                        $"'{path}': document {DocumentName.Of(null, found.Document["_id"])} belongs to no collection.");
                }
                if (!found.Fits)
                    changed.Add(DocumentName.Of(found.Collection, found.Document["_id"]));
                Add(target, found);
            }

            if (scan.BrokenDocuments.Except(changed, StringComparer.Ordinal).FirstOrDefault() is { } broken)
            {
                throw new StoreDamagedException(
                    $"'{path}': document {broken} cannot be read; the file is damaged, not only changed.");
            }
            target.Finish();
        }

        using (var file = LiteDbFile.Open(disk, copy, DiskAccess.Read))
            StorePlace.Of(file);
        // The file that is there now cannot be opened as a store, so its log and sums are made to fit it first.
        PageStore.Adopt(disk, path).Dispose();
        StoreCompaction.Replace(disk, path, copy);
        StoreCopy.Delete(disk, copy);
        using var adopted = LiteDbFile.Open(disk, path, DiskAccess.Write);
        StorePlace.Forget(adopted);
        return changed;
    }

    private static void Add(StoreCopy target, FoundDocument found)
    {
        try
        {
            target.Add(found.Collection!, found.Document);
        }
        catch (ArgumentException error)
        {
            throw new StoreException(
                $"Document {DocumentName.Of(found.Collection, found.Document["_id"])} was written by another program and " +
                $"cannot be taken over: {error.Message}", error);
        }
    }
}
