using Microsoft.Win32.SafeHandles;

namespace VaeSweep.Store.LiteDb;

/// <summary>The right to open a store: to write, which one process has at a time, or to read, which many have while nobody
/// writes.</summary>
/// <remarks>STORE.lock holds nothing; it is only locked, and stays when the lock goes: a file that is deleted and made anew could
/// be locked twice.</remarks>
public sealed class StoreLock : IDisposable
{
    /// <summary>How long a head waits for readers to let go.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(50);

    private readonly SafeFileHandle? _handle;

    private StoreLock(string store, SafeFileHandle? handle, StoreOwner? owner, StoreOwner? before) =>
        (Store, _handle, Owner, Before) = (store, handle, owner, before);

    /// <summary>Full path of the store.</summary>
    public string Store { get; }

    /// <summary>This process, where it may write.</summary>
    public StoreOwner? Owner { get; private set; }

    /// <summary>Who had the store before.</summary>
    public StoreOwner? Before { get; }

    public bool MayWrite => Owner is not null;

    public static string PathOf(string store) => store + ".lock";

    /// <summary>Whether somebody waits for the readers of a store to let go. Who reads for long looks now and then.</summary>
    public static bool IsWanted(string store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        // One that was killed while it waited has left the file.
        var since = time.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(WantedPath(Path.GetFullPath(store))));
        return since < 2 * Patience && since > -2 * Patience;
    }

    /// <summary>Takes the right to write.</summary>
    /// <param name="adopts">A store that LiteDB itself has written to will do; see <see cref="StoreAdoption"/>.</param>
    /// <exception cref="StoreInUseException">Another process writes, or readers did not let go within <see cref="Patience"/>; the
    /// message names them.</exception>
    /// <exception cref="StoreException">Locks do not work there, or what lies there is no store of this version.</exception>
    public static async Task<StoreLock> TakeAsync(string store, TimeProvider time, CancellationToken cancellationToken,
        bool adopts = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(store);
        ArgumentNullException.ThrowIfNull(time);
        var full = Path.GetFullPath(store);
        StoreFileKinds.DemandStoreOrNothing(full, adopts);
        using var wish = new Wish(WantedPath(full));
        var since = time.GetTimestamp();
        SafeFileHandle? handle;
        while ((handle = Open(full, FileAccess.ReadWrite, FileShare.None)) is null)
        {
            using (var shared = Open(full, FileAccess.Read, FileShare.Read))
            {
                if (shared is null)
                    throw InUse(full);
            }

            wish.Say();
            if (time.GetElapsedTime(since) > Patience)
            {
                var readers = LockHolders.Of(PathOf(full));
                throw new StoreInUseException(
                    $"Store '{full}' is being read{(readers.Length > 0 ? $" by {readers}" : "")} and was not let go in " +
                    $"{Patience.TotalSeconds:0} s. Wait for that to end, or stop it.", null);
            }

            await Task.Delay(_between, time, cancellationToken);
        }

        using (var twice = Open(full, FileAccess.ReadWrite, FileShare.None))
        {
            if (twice is not null)
            {
                handle.Dispose();
                throw new StoreException(
                    $"Store '{full}' lies on {MountPoint.Of(full)}, where file locks do not work: two programs could write " +
                    "to it at once and destroy it. Put it on another file system.");
            }
        }

        var before = StoreOwner.Read(full);
        return new StoreLock(full, handle, StoreOwner.ThisProcess(time.GetUtcNow(), StoreOwner.TokenOf(full)), before);
    }

    /// <summary>Takes the right to read. In a folder where no lock can be made, nobody can write either.</summary>
    /// <exception cref="StoreInUseException">Somebody writes; the message says who.</exception>
    public static StoreLock Share(string store)
    {
        ArgumentException.ThrowIfNullOrEmpty(store);
        var full = Path.GetFullPath(store);
        StoreFileKinds.DemandStore(full);
        try
        {
            return new StoreLock(full, Open(full, FileAccess.Read, FileShare.Read) ?? throw InUse(full), null,
                StoreOwner.Read(full));
        }
        catch (UnauthorizedAccessException)
        {
            return new StoreLock(full, null, null, StoreOwner.Read(full));
        }
        catch (IOException error) when (error.HResult == LockErrors.ReadOnlyFileSystem)
        {
            return new StoreLock(full, null, null, StoreOwner.Read(full));
        }
    }

    /// <summary>Whether somebody writes to a store now, at the price of a look.</summary>
    /// <returns>What <see cref="Share"/> would throw; null where it would have the right to read, or fail of something
    /// else.</returns>
    public static StoreInUseException? HeldBy(string store)
    {
        ArgumentException.ThrowIfNullOrEmpty(store);
        var full = Path.GetFullPath(store);
        // The file is only looked at: a lock is made by whoever opens the store.
        if (!File.Exists(PathOf(full)))
            return null;
        try
        {
            using var shared = Open(full, FileAccess.Read, FileShare.Read);
            return shared is null ? InUse(full) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            return null;
        }
    }

    /// <summary>Says where this process can be reached, and with which token or key.</summary>
    /// <param name="leaves">See <see cref="StoreOwner.Leaves"/>.</param>
    public void Announce(string address, string token, string? keyFile = null, string? leaves = null)
    {
        Owner = (Owner ?? throw new InvalidOperationException("Who only reads announces nothing."))
            with { Address = address, Token = token, KeyFile = keyFile, Leaves = leaves };
        Owner.Write(Store);
    }

    /// <summary>Lets go. What STORE.owner says of this process stays, without its address.</summary>
    public void Dispose()
    {
        if (_handle is not { IsClosed: false })
            return;
        try
        {
            if (Owner is { Address: not null } owner)
                (owner with { Address = null, KeyFile = null, Leaves = null }).Write(Store);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // That it lives is known by the lock alone: what the file says of it no longer counts.
        }
        finally
        {
            _handle.Dispose();
        }
    }

    /// <summary>Makes the file STORE.owner say that this process has the store; after the store itself says so.</summary>
    internal void Record() => Owner!.Write(Store);

    private static string WantedPath(string store) => store + ".wanted";

    private static StoreInUseException InUse(string store)
    {
        var owner = StoreOwner.Read(store);
        // STORE.owner tells who opened the store last. Who compacts it, or has only begun, is not in it: the lock knows better.
        if (owner is not null && LockHolders.Pids(PathOf(store)) is { Count: > 0 } pids && !pids.Contains(owner.Pid))
            owner = null;
        var who = owner?.ToString() ?? LockHolders.Of(PathOf(store));
        return new StoreInUseException(
            $"Store '{store}' is open in {(who.Length > 0 ? who : "another process")}. One process at a time writes to it; " +
            "ask that one, or stop it.", owner);
    }

    /// <returns>Null when somebody else's lock is in the way.</returns>
    private static SafeFileHandle? Open(string store, FileAccess access, FileShare share)
    {
        try
        {
            return File.OpenHandle(PathOf(store), FileMode.OpenOrCreate, access, share);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new StoreException($"Store '{store}': its folder is not there. Make it first.", error);
        }
        catch (UnauthorizedAccessException error) when (access != FileAccess.Read)
        {
            throw new StoreException($"Store '{store}' cannot be locked: {error.Message}", error);
        }
        catch (IOException error) when (LockErrors.IsHeld(error))
        {
            return null;
        }
    }

    /// <summary>STORE.wanted, which is there while somebody waits for readers.</summary>
    private sealed class Wish(string path) : IDisposable
    {
        private bool _isSaid;

        public void Say()
        {
            if (_isSaid)
                return;
            _isSaid = true;
            Try(() => File.WriteAllBytes(path, []));
        }

        public void Dispose()
        {
            if (_isSaid)
                Try(() => File.Delete(path));
        }

        // Readers that are not told let go, too, only later.
        private static void Try(Action change)
        {
            try
            {
                change();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
            }
        }
    }
}
