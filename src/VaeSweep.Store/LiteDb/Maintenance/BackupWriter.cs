using System.IO.Hashing;

namespace VaeSweep.Store.LiteDb;

/// <summary>Writes a back-up page by page under another name, which becomes its own when it is whole and on the disk.</summary>
internal sealed class BackupWriter : IDisposable
{
    private const int BufferPages = 128;

    private readonly string _target;
    private readonly string _part;
    private readonly FileStream _file;
    private readonly XxHash3 _hash = new();
    private readonly byte[] _page = new byte[LitePage.Size];

    /// <exception cref="StoreException">Something is there already, or nothing can be written there.</exception>
    public BackupWriter(string target)
    {
        _target = Path.GetFullPath(target);
        _part = _target + ".part";
        if (File.Exists(_target))
            throw new StoreException(
                $"'{_target}' is there already. A back-up never replaces a file: name another one, or delete it.");
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

    public void Add(Action<Memory<byte>> fill)
    {
        fill(_page);
        _hash.Append(_page);
        _file.Write(_page);
        Pages++;
    }

    public void Finish()
    {
        BackupFile.WriteFooter(_page, Pages, _hash);
        _file.Write(_page);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_part, _target);
    }

    /// <summary>Deletes what was not finished.</summary>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_part);
    }
}
