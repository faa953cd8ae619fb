namespace VaeSweep.Training.Data;

/// <summary>The cache of one data set: complete, checked files, and unfinished ones under names that nothing reads.</summary>
internal sealed class CacheFolder(string path, TimeProvider time)
{
    private const string Unfinished = ".part-";
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    public string Path { get; } = path;

    /// <summary>Makes the folder, and removes what processes left that were killed while they fetched.</summary>
    /// <exception cref="DatasetException">It cannot be written to.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Path);
            foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos(Unfinished + "*"))
            {
                if (time.GetUtcNow().UtcDateTime - entry.LastWriteTimeUtc > _abandoned)
                    Remove(entry.FullName);
            }

            var probe = NewUnfinished();
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"The cache folder {Path} cannot be written: {exception.Message} Set XDG_CACHE_HOME to a "
                + "folder that can.", exception);
        }
    }

    /// <summary>A path that nothing has yet, on the same file system as the files.</summary>
    public string NewUnfinished() => System.IO.Path.Combine(Path, Unfinished + Guid.NewGuid().ToString("N"));

    /// <summary>Checks an unfinished file and gives it its name, all or nothing.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="DataFormatException">It is not the published file.</exception>
    public string Install(DataFile file, string unfinished)
    {
        VerifiedFile.Read(file, unfinished);
        using (var synced = File.Open(unfinished, FileMode.Open, FileAccess.ReadWrite))
            synced.Flush(flushToDisk: true);

        var name = file.IsCompressed && !IsGzip(unfinished) ? file.ContentName : file.Name;
        var installed = System.IO.Path.Combine(Path, name);
        File.Move(unfinished, installed, overwrite: true);

        // A damaged copy under the file's other name would be looked at first and complained about for ever.
        foreach (var other in file.Names.Where(other => !string.Equals(other, name, StringComparison.Ordinal)))
            File.Delete(System.IO.Path.Combine(Path, other));

        return installed;
    }

    /// <summary>Removes an unfinished file or folder, if it is there.</summary>
    public static void Remove(string unfinished)
    {
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        else
            File.Delete(unfinished);
    }

    private static bool IsGzip(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && GzipContent.IsGzip(start);
    }
}
