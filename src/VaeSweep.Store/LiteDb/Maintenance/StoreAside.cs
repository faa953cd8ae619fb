namespace VaeSweep.Store.LiteDb;

/// <summary>Keeps a store that is to be replaced under another name beside it.</summary>
internal static class StoreAside
{
    private const string Suffix = ".before-restore";

    /// <summary>Bytes that a copy takes.</summary>
    public static long Bytes(string store) => new[] { store, PageStore.LogPath(store), PageStore.SumsPath(store) }
        .Select(path => new FileInfo(path)).Sum(file => file.Exists ? file.Length : 0);

    /// <summary>Copies the store as it lies there, whole or damaged; nobody may have it open.</summary>
    /// <returns>Where to: a place that was free. The data file comes to its name last, so that what has it is whole.</returns>
    /// <exception cref="IOException">It could not be copied; then nothing is left of the copy.</exception>
    public static string Keep(string store)
    {
        var aside = store + Suffix;
        for (var number = 2; Path.Exists(aside); number++)
            aside = $"{store}{Suffix}-{number}";
        var part = aside + ".part";
        try
        {
            Copy(PageStore.LogPath(store), PageStore.LogPath(aside));
            Copy(PageStore.SumsPath(store), PageStore.SumsPath(aside));
            Copy(store, part);
            File.Move(part, aside);
            RealFile.SyncFolderOf(aside);
            return aside;
        }
        catch
        {
            File.Delete(part);
            StoreCopy.Delete(RealDisk.Instance, aside);
            throw;
        }
    }

    private static void Copy(string from, string to)
    {
        if (!File.Exists(from))
            return;
        // With its time of last writing, by which the log knows its data file.
        File.Copy(from, to, overwrite: true);
        using var file = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }
}
