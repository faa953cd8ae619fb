using System.Globalization;
using System.IO.Hashing;

namespace VaeSweep.Store.LiteDb;

/// <summary>Writes a back-up page by page under another name, which becomes its own when it is whole, on the disk, and was read
/// again.</summary>
internal sealed class BackupWriter : IDisposable
{
    private const int BufferPages = 128;

    private readonly string _target;
    private readonly string _part;
    private readonly bool _replaces;
    private readonly FileStream _file;
    private readonly XxHash3 _hash = new();
    private readonly byte[] _page = new byte[LitePage.Size];

    /// <param name="replaces">A file that is there already gives way once the back-up is whole.</param>
    /// <exception cref="StoreException">Something is there already, or nothing can be written there.</exception>
    public BackupWriter(string target, bool replaces = false)
    {
        (_target, _replaces) = (Path.GetFullPath(target), replaces);
        _part = PartOf(_target);
        if (Directory.Exists(_target))
            throw new StoreException($"No back-up can be written to '{_target}': it is a folder. Name a file in it.");
        if (Path.GetDirectoryName(_target) is { } folder && !Directory.Exists(folder))
            throw new StoreException($"No back-up can be written to '{_target}': there is no folder '{folder}'. Make it first.");
        if (File.Exists(_target) && !FileInode.IsOrdinary(_target))
            throw new StoreException($"No back-up can be written to '{_target}', which is no ordinary file.");
        if (File.Exists(_target) && !replaces)
        {
            throw new StoreException(
                $"'{_target}' is there already. Name another file for the back-up, delete this one, or let it be replaced " +
                "(--force).");
        }
        try
        {
            _file = new FileStream(_part, FileMode.Create, FileAccess.Write, FileShare.None, BufferPages * LitePage.Size);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"No back-up can be written to '{_target}': {error.Message}", error);
        }
    }

    public uint Pages { get; private set; }

    /// <summary>What a back-up is called until it is whole.</summary>
    public static string PartOf(string target) => target + ".part";

    /// <exception cref="StoreException">So many pages have no room there.</exception>
    public void DemandRoom(uint pages)
    {
        var (needed, free) = ((pages + 1L) * LitePage.Size, RealDisk.Instance.FreeBytes(_target));
        if (free < needed)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"The back-up has no room at '{_target}': it takes {needed:N0} bytes, and {free:N0} are free. Make room, or " +
                $"name a file on another disk."));
        }
    }

    /// <param name="fill">Puts a page into a buffer.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public void Add(Action<Memory<byte>> fill)
    {
        fill(_page);
        _hash.Append(_page);
        Guarded(() => _file.Write(_page));
        Pages++;
    }

    /// <summary>Makes it whole, reads it again and gives it its name.</summary>
    /// <exception cref="StoreException">It cannot be written, or is not what was written to it.</exception>
    public BackupSummary Finish(CancellationToken cancellationToken)
    {
        BackupSummary? summary = null;
        Guarded(() =>
        {
            BackupFile.WriteFooter(_page, Pages, _hash);
            _file.Write(_page);
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            using (var written = RealDisk.Instance.Open(_part, DiskAccess.Read))
                BackupFile.Verify(written, cancellationToken);
            summary = BackupContents.Read(_part, $"{_hash.GetCurrentHashAsUInt64():x16}");
            File.Move(_part, _target, _replaces);
            RealFile.SyncFolderOf(_target);
        });
        return summary! with { Path = _target };
    }

    /// <summary>Deletes what was not finished.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // On a full disk: what the buffer still has has no room either, and all of it goes.
        }

        File.Delete(_part);
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var why = DiskErrors.IsFull(error) ? "the disk is full. Make room, or name a file on another disk." : error.Message;
            throw new StoreException($"The back-up could not be written to '{_target}': {why}", error);
        }
    }
}
