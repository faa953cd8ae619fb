using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Looks over a store that nobody has open, saves what can be saved of a damaged one, and takes over one that others
/// changed.</summary>
public static class StoreCheck
{
    private const int Named = 20;

    /// <summary>Compares every page and every document with its checksum, and the documents with the index.</summary>
    /// <param name="held">The right to read the store.</param>
    /// <exception cref="StoreException">It cannot be read, or another program has it open.</exception>
    public static CheckReport Run(StoreLock held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        try
        {
            return Run(RealDisk.Instance, held.Store, null, cancellationToken);
        }
        catch (Exception error)
        {
            throw MaintenanceErrors.Translated(error, held.Store);
        }
    }

    /// <summary>Saves every whole document in a new store.</summary>
    /// <param name="file">Where; nothing may be there yet.</param>
    /// <returns>What was found, and what is lost.</returns>
    /// <exception cref="StoreException">The store cannot be read, or the new one not be written; then nothing is left of
    /// it.</exception>
    public static CheckReport Rescue(StoreLock held, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentException.ThrowIfNullOrEmpty(file);
        var target = Path.GetFullPath(file);
        string[] parts = [target, PageStore.LogPath(target), PageStore.SumsPath(target)];
        if (parts.FirstOrDefault(Path.Exists) is { } there)
            throw new StoreException($"'{there}' is there already. Name a file for the rescued store that is not.");
        if (StoreFileKinds.IsPartOf(held.Store, target))
            throw new StoreException($"'{target}' is one of the damaged store's own files. Name another for the rescued store.");
        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw new StoreException(
                $"There is no folder '{Path.GetDirectoryName(target)}' for the rescued store. Make it first.");
        }
        try
        {
            return Run(RealDisk.Instance, held.Store, target, cancellationToken);
        }
        catch (Exception error)
        {
            // Of the two it is the new one that is written to.
            throw MaintenanceErrors.Translated(error, target);
        }
    }

    /// <param name="rescue">A store to be made of the whole documents; null for none.</param>
    internal static CheckReport Run(IDisk disk, string path, string? rescue, CancellationToken cancellationToken)
    {
        using var pages = new RawPages(disk, path);
        var scan = new RawScan(pages);
        var keys = new HashSet<(string, BsonValue)>();
        var later = new List<FoundDocument>();
        using (var target = rescue is null ? null : new StoreCopy(disk, rescue))
        {
            foreach (var found in scan.Documents())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!found.Fits)
                    continue;
                if (!found.Whole)
                    later.Add(found);
                else if (keys.Add((found.Collection!, found.Document["_id"])))
                    target?.Add(found.Collection!, found.Document);
                else
                    scan.BrokenDocuments.Add($"{DocumentName.Of(found.Collection, found.Document["_id"])}, which is there twice");
            }

            var doubtful = later.Where(found => keys.Add((found.Collection!, found.Document["_id"]))).ToList();
            foreach (var found in doubtful)
                target?.Add(found.Collection!, found.Document);
            target?.Finish();
            return Report(disk, pages, scan, keys,
                [.. doubtful.Select(found => DocumentName.Of(found.Collection, found.Document["_id"]))]);
        }
    }

    private static CheckReport Report(IDisk disk, RawPages pages, RawScan scan, HashSet<(string, BsonValue)> keys,
        List<string> doubtful)
    {
        var indexed = scan.IndexKeys.Where(key => !keys.Contains((key.Collection, key.Id)))
            .Select(key => DocumentName.Of(key.Collection, key.Id));
        var saved = keys.Select(key => DocumentName.Of(key.Item1, key.Item2)).ToHashSet(StringComparer.Ordinal);
        var lost = scan.BrokenDocuments.Concat(indexed).Where(name => !saved.Contains(name)).Distinct(StringComparer.Ordinal)
            .ToList();
        var findings = new List<string>(pages.Findings);
        if (scan.DamagedPages.Count > 0)
        {
            findings.Add($"{scan.DamagedPages.Count} of {pages.Count} pages do not match their checksums: " +
                $"{Some(scan.DamagedPages.Select(id => $"{id}"))}.");
        }
        if (lost.Count > 0)
            findings.Add($"{lost.Count} documents cannot be read: {Some(lost)}.");
        if (doubtful.Count > 0)
            findings.Add($"{doubtful.Count} documents lie on damaged pages and may be older versions: {Some(doubtful)}.");
        // LiteDB itself only where every page is whole.
        if (findings.Count == 0)
            findings.AddRange(AgainstIndex(disk, pages.Path, keys));
        return new CheckReport(pages.Path, pages.Count, keys.Count - doubtful.Count, scan.DamagedPages, lost, doubtful, findings,
            keys.CountBy(key => key.Item1).ToDictionary(count => count.Key, count => (long)count.Value, StringComparer.Ordinal));
    }

    /// <summary>Whether LiteDB's indexes find just the documents that are there.</summary>
    private static List<string> AgainstIndex(IDisk disk, string path, HashSet<(string, BsonValue)> keys)
    {
        var findings = new List<string>();
        try
        {
            using var file = LiteDbFile.Open(disk, path, DiskAccess.Read);
            StorePlace.Of(file);
            var found = 0L;
            foreach (var collection in file.Collections)
            {
                BsonValue? before = null;
                foreach (var document in file.ReadAll(collection))
                {
                    var id = document["_id"];
                    if (before is not null && id.CompareTo(before, Collation.Binary) <= 0)
                        findings.Add($"The index is out of order at {DocumentName.Of(collection, id)}.");
                    if (!keys.Contains((collection, id)))
                        findings.Add($"The index has {DocumentName.Of(collection, id)}, which no page has.");
                    before = id;
                    found++;
                }
            }

            if (found != keys.Count)
                findings.Add($"The indexes find {found} of {keys.Count} documents.");
        }
        catch (StoreException error)
        {
            findings.Add(error.Message);
        }

        return findings;
    }

    private static string Some(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count > Named ? $"{string.Join(", ", all.Take(Named))} and {all.Count - Named} more" : string.Join(", ", all);
    }
}
