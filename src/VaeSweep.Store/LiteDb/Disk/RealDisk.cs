namespace VaeSweep.Store.LiteDb;

/// <summary>The file system of this machine.</summary>
internal sealed class RealDisk : IDisk
{
    public static readonly RealDisk Instance = new();

    /// <summary>Who only looks at a file, to see what it is, has it locked for a moment.</summary>
    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(1);

    public bool Exists(string path) => File.Exists(path);

    public IDiskFile Open(string path, DiskAccess access)
    {
        RealFile? file = null;
        if (!SpinWait.SpinUntil(() => (file = TryOpen(path, access)) is not null, _moment))
        {
            var holders = LockHolders.Of(path);
            throw new StoreInUseException(
                $"'{path}' is open in {(holders.Length > 0 ? holders : "another program")}, which may write to it. Close it " +
                "there; a store is written by vaesweep alone.", null);
        }

        return file!;
    }

    public void Delete(string path) => File.Delete(path);

    public long FreeBytes(string path) => new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace;

    private static RealFile? TryOpen(string path, DiskAccess access)
    {
        try
        {
            return new RealFile(path, access);
        }
        catch (IOException error) when (LockErrors.IsHeld(error))
        {
            return null;
        }
    }
}
