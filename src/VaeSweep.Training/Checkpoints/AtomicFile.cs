namespace VaeSweep.Training;

/// <summary>Files that are there whole or not at all, whenever the power goes.</summary>
internal static class AtomicFile
{
    private const int OpenDirectory = 0x10000;

    /// <summary>Writes beside, syncs, renames over <paramref name="path"/>, syncs the folder.</summary>
    /// <exception cref="IOException">Disk full, folder gone, no permission; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
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
