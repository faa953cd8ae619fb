namespace VaeSweep.Store.LiteDb;

/// <summary>Tells a store from what else may lie at its path. What is not a store is named, and never touched.</summary>
public static class StoreFileKinds
{
    private const string LiteDbLogSuffix = "-log";

    private static ReadOnlySpan<byte> Sqlite => "SQLite format 3\0"u8;

    /// <summary>Whether a LiteDB store lies there, or was to when whoever made it was killed; told by the files beside
    /// it.</summary>
    /// <remarks>The file itself is not opened: where SQLite has it open in this process, closing it once more would take away
    /// SQLite's locks.</remarks>
    public static bool IsStore(string path) =>
        File.Exists(path) && (File.Exists(PageStore.SumsPath(path)) || File.Exists(StoreLock.PathOf(path)));

    /// <summary>Whether anything may be stored there; whoever makes a store may be killed before.</summary>
    internal static bool HoldsAnything(string path) =>
        File.Exists(path) && (new FileInfo(path).Length > 0 || LogHeader.IsLog(PageStore.LogPath(path)));

    /// <summary>Whether a store of the first version lies there.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static bool IsSqlite(string path)
    {
        Span<byte> start = stackalloc byte[Sqlite.Length];
        return File.Exists(path) && Read(path, start) == start.Length && start.SequenceEqual(Sqlite);
    }

    /// <summary>Whether a path leads to one of a store's own files, through links too where that can be told.</summary>
    public static bool IsPartOf(string store, string path)
    {
        string[] own = [store, PageStore.LogPath(store), PageStore.SumsPath(store), StoreLock.PathOf(store),
            StoreOwner.PathOf(store)];
        return own.Any(part => FileInode.AreOne(part, path));
    }

    /// <exception cref="StoreException">Nothing is there, or no store.</exception>
    public static void DemandStore(string path)
    {
        if (!File.Exists(path))
            throw new StoreException($"There is no store at '{path}'.");
        DemandStoreOrNothing(path);
    }

    /// <param name="adopts">A store that LiteDB itself has written to will do.</param>
    /// <exception cref="StoreException">What is there is no store; the message says what it is.</exception>
    public static void DemandStoreOrNothing(string path, bool adopts = false)
    {
        if (Directory.Exists(path))
            throw new StoreException($"'{path}' is a folder. A store is a file.");
        if (!File.Exists(path))
            return;
        Span<byte> start = new byte[LitePage.Size];
        var count = Read(path, start);
        if (count >= Sqlite.Length && start.StartsWith(Sqlite))
        {
            throw new StoreException(
                $"'{path}' is a store of the first version (SQLite). This version keeps its results in LiteDB and does not " +
                "touch it: give --store another path, and read this one with version 0.1.");
        }

        // A store whose beginning was overwritten is still one, and can be rescued.
        if (count > 0 && !(count == LitePage.Size && LitePage.IsHeader(start)) && !LogHeader.IsLog(PageStore.LogPath(path)))
        {
            throw new StoreException(
                $"'{path}' is not a store: it does not begin as a LiteDB 5 file. It was not touched; give --store another path.");
        }
        var foreignLog = LiteDbLog(path);
        if (count > 0 && !adopts && File.Exists(foreignLog))
        {
            throw new StoreDamagedException(
                $"'{foreignLog}' lies beside the store '{path}': another program has written to it with LiteDB. Close that " +
                "program; then 'store check --adopt' takes over what it wrote.");
        }
    }

    /// <summary>Where LiteDB itself would keep the log of a file.</summary>
    internal static string LiteDbLog(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path) + LiteDbLogSuffix
            + Path.GetExtension(path));

    private static int Read(string path, Span<byte> buffer)
    {
        try
        {
            // Shared with everybody: this only looks.
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(file, buffer, 0);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreException($"'{path}' cannot be read: {error.Message}", error);
        }
        catch (IOException error) when (LockErrors.IsHeld(error))
        {
            // Whoever has it locked will be named by the lock.
            return 0;
        }
    }
}
