namespace VaeSweep.Store.LiteDb;

/// <summary>What the operating system's error numbers mean for a store.</summary>
internal static class DiskErrors
{
    private const int FileTooBig = 27;
    private const int NoSpace = 28;
    private const int OverQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether room on the disk would have helped.</summary>
    public static bool IsFull(Exception error) =>
        error is IOException { HResult: FileTooBig or NoSpace or OverQuota or WindowsDiskFull };

    /// <summary>The first failure of the disk among an exception and its causes.</summary>
    public static IOException? DiskFailure(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is IOException failure)
                return failure;
        }

        return null;
    }
}
