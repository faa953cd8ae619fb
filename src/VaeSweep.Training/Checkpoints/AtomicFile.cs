namespace VaeSweep.Training;

/// <summary>Files that are there whole or not at all, whenever the power goes.</summary>
internal static class AtomicFile
{
    private const int OpenDirectory = 0x10000;

    /// <summary>Writes beside, syncs, renames over <paramref name="path"/>, syncs the folder, which is made where it is not
    /// there.</summary>
    /// <exception cref="IOException">Disk full; nothing but folders is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        var made = MakeFolder(folder);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                content(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(folder);
        foreach (var above in made)
            SyncFolder(above);
    }

    /// <returns>The folders that have a new one in them.</returns>
    private static List<string> MakeFolder(string folder)
    {
        var above = new List<string>();
        for (var missing = folder; !Directory.Exists(missing) && Path.GetDirectoryName(missing) is { } parent; missing = parent)
            above.Add(parent);

        Directory.CreateDirectory(folder);
        return above;
    }

    // The rename itself is durable only when the folder is.
    private static void SyncFolder(string folder)
    {
        var descriptor = Libc.Open(folder, OpenDirectory);
        if (descriptor >= 0)
        {
            _ = Libc.Fsync(descriptor);
            _ = Libc.Close(descriptor);
        }
    }
}
