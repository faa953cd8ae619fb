namespace VaeSweep.Store;

/// <summary>How much SQLite keeps in the temporary files of this process. They have no names any more, so that nobody else can
/// tell.</summary>
internal static class TemporaryFiles
{
    private const string Descriptors = "/proc/self/fd";
    private const string Mark = "/etilqs_";

    /// <returns>0 on systems that do not tell.</returns>
    public static long Bytes()
    {
        if (!Directory.Exists(Descriptors))
            return 0;
        var bytes = 0L;
        foreach (var descriptor in Directory.EnumerateFileSystemEntries(Descriptors))
            bytes += BytesOf(descriptor);
        return bytes;
    }

    private static long BytesOf(string descriptor)
    {
        try
        {
            if (new FileInfo(descriptor).LinkTarget?.Contains(Mark, StringComparison.Ordinal) is not true)
                return 0;
            using var file = File.OpenHandle(descriptor, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.GetLength(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It was closed meanwhile.
            return 0;
        }
    }
}
