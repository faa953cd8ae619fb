using LiteDB;

namespace VaeSweep.Store.LiteDb;

public sealed partial class LiteDbFile
{
    /// <summary>Which store this is; null of a store that is only read and was never opened to write.</summary>
    public StoreIdentity? Identity { get; private set; }

    /// <summary>Opens a store, and begins it where there is none.</summary>
    /// <param name="held">The right to it, which must be held as long as the file is open. Where it is one to read, nothing is
    /// written: what the log holds is
    /// repeated in memory.</param>
    /// <exception cref="StoreDamagedException">The files are not what was written to them.</exception>
    /// <exception cref="StoreFullException">There is no room to repeat what the log holds.</exception>
    /// <exception cref="StoreException">It cannot be opened; the message says why.</exception>
    public static LiteDbFile Open(StoreLock held)
    {
        ArgumentNullException.ThrowIfNull(held);
        return held.MayWrite ? OpenToWrite(held) : OpenToRead(held.Store);
    }

    private static LiteDbFile OpenToWrite(StoreLock held)
    {
        var file = Opened(RealDisk.Instance, held.Store, DiskAccess.Write);
        try
        {
            file.Identity = StorePlace.Settle(file, FileInode.Of(held.Store), held.Owner!.Opening, held.Before?.Opening);
            held.Record();
            return file;
        }
        catch (Exception error)
        {
            file.Abandon();
            throw Translated(error, RealDisk.Instance, held.Store);
        }
    }

    private static LiteDbFile OpenToRead(string path)
    {
        var file = Opened(RealDisk.Instance, path, DiskAccess.Read);
        try
        {
            file.Identity = StorePlace.Of(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens with the errors that a person can read.</summary>
    internal static LiteDbFile Opened(IDisk disk, string path, DiskAccess access, PageStoreOptions? options = null)
    {
        try
        {
            return Open(disk, path, access, options);
        }
        catch (Exception error)
        {
            throw Translated(error, disk, path);
        }
    }

    /// <summary>What a failure of the disk or of LiteDB means to a person.</summary>
    internal static Exception Translated(Exception error, IDisk disk, string path) => error switch
    {
        StoreDamagedException damaged when !damaged.Message.Contains("store check", StringComparison.Ordinal) =>
            new StoreDamagedException(
            $"{damaged.Message} 'store check' says what is damaged, 'store check --rescue FILE' saves the rest, 'store check " +
            "--adopt' takes over a file that another program changed in order.", damaged),
        StoreException => error,
        FileNotFoundException { FileName: { } name } when name == PageStore.LogPath(path) || name == PageStore.SumsPath(path) =>
            new StoreDamagedException(
                $"'{name}' is missing, which belongs to the store '{path}': was '{System.IO.Path.GetFileName(path)}' copied or "
                    + "moved by itself? A store that is in use is " +
                $"copied with 'store backup FILE'; one that nobody has open is '{path}', "
                + $"'{System.IO.Path.GetFileName(PageStore.LogPath(path))}' and " +
                $"'{System.IO.Path.GetFileName(PageStore.SumsPath(path))}' together. 'store check --adopt' takes the file as it "
                + "is, without what was committed last.", error),
        _ when DiskErrors.DiskFailure(error) is { } failure && DiskErrors.IsFull(failure) =>
            new StoreFullException(path, 0, disk.FreeBytes(path), error),
        IOException or UnauthorizedAccessException =>
            new StoreException($"Store '{path}' cannot be used: {error.Message}", error),
        LiteException => new StoreDamagedException($"Store '{path}': {error.Message}", error),
        _ => error,
    };
}
