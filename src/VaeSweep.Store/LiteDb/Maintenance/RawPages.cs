using System.Buffers.Binary;

namespace VaeSweep.Store.LiteDb;

/// <summary>A store's pages as they lie there, damaged or not, without LiteDB, which may loop on damaged ones.</summary>
internal sealed class RawPages : IDisposable
{
    private readonly IDisk _disk;
    private readonly WriteFault _fault = new();
    private readonly List<GuardedFile> _files = [];
    private readonly GuardedFile _data;
    private readonly PageLog? _log;
    private readonly SortedDictionary<uint, long> _replayed = [];
    private readonly ulong[] _sums = [];

    /// <exception cref="IOException">The data file cannot be read.</exception>
    public RawPages(IDisk disk, string path)
    {
        (Path, _disk) = (path, disk);
        try
        {
            _data = Open(path);
            Count = (uint)Math.Min(uint.MaxValue - 1, _data.Length / LitePage.Size);
            if (_data.Length % LitePage.Size != 0)
                Findings.Add($"'{path}' ends in the middle of a page.");
            LogHeader? header = null;
            if (disk.Exists(PageStore.LogPath(path)))
            {
                var file = Open(PageStore.LogPath(path));
                _log = new PageLog(file, PageSums.Of, 0);
                ReadLog(file);
                header = _log.Header;
            }
            else
            {
                Findings.Add($"'{PageStore.LogPath(path)}' is missing.");
            }

            if (header is not null && _replayed.Count == 0 && _data.Length != header.DataLength)
                Findings.Add($"'{path}' has {_data.Length} bytes; it was left with {header.DataLength}.");
            _sums = ReadSums();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Pages, those that are in the log alone included.</summary>
    public uint Count { get; private set; }

    /// <summary>What is wrong with the files themselves, for a person.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Whether there are sums to tell damaged pages by.</summary>
    public bool HasSums => _sums.Length > 0;

    /// <summary>Reads a page.</summary>
    /// <returns>Whether it is what was written, as far as can be told.</returns>
    public bool Read(uint id, Span<byte> page)
    {
        page.Clear();
        if (_replayed.TryGetValue(id, out var frame))
        {
            try
            {
                _log!.Read(frame, page);
                LitePage.Unmark(page);
                return true;
            }
            catch (StoreDamagedException)
            {
                return false;
            }
        }

        return _data.Read(id * (long)LitePage.Size, page) == page.Length
            && (id < _sums.Length ? PageSums.Of(page, id) == _sums[id] : !HasSums);
    }

    /// <summary>The keys of collections by the page of each, as the header has them.</summary>
    /// <returns>Empty when the header cannot be read.</returns>
    public Dictionary<uint, string> Collections()
    {
        const int Offset = 192, Bytes = 8000;
        var page = new byte[LitePage.Size];
        Read(0, page);
        var names = new Dictionary<uint, string>();
        if (!LitePage.IsHeader(page) || RawDocument.Parse(page.AsSpan(Offset, Bytes)) is not { } document)
            return names;
        foreach (var (name, at) in document)
        {
            if (at.IsInt32)
                names[unchecked((uint)at.AsInt32)] = name;
        }

        return names;
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private GuardedFile Open(string path)
    {
        var file = new GuardedFile(_disk.Open(path, DiskAccess.Read), _fault);
        _files.Add(file);
        return file;
    }

    private void ReadLog(GuardedFile file)
    {
        var scan = _log!.Scan();
        if (_log.Header is null)
        {
            Findings.Add($"'{file.Path}' has no whole header.");
            return;
        }

        // A power cut may tear the one that was being written; an orderly end leaves two, and nothing else.
        if (_log.HasTornHeader && file.Length == LogHeader.Bytes)
            Findings.Add($"'{file.Path}': one of its two headers is damaged.");
        if (scan.Damage is not null)
            Findings.Add(scan.Damage);
        foreach (var (page, frame) in scan.Pages)
            _replayed[page] = frame;
        if (_replayed.Count > 0)
            Count = Math.Max(Count, _replayed.Keys.Last() + 1);
    }

    private ulong[] ReadSums()
    {
        var path = PageStore.SumsPath(Path);
        if (!_disk.Exists(path))
        {
            Findings.Add($"'{path}' is missing: damaged pages cannot be told from whole ones.");
            return [];
        }

        var file = Open(path);
        var inData = _data.Length / LitePage.Size;
        if (file.Length != inData * sizeof(ulong) && _replayed.Count == 0)
            Findings.Add($"'{path}' has {file.Length / sizeof(ulong)} checksums for {inData} pages.");
        var bytes = new byte[Math.Min(file.Length, inData * sizeof(ulong)) / sizeof(ulong) * sizeof(ulong)];
        file.Read(0, bytes);
        var sums = new ulong[bytes.Length / sizeof(ulong)];
        for (var i = 0; i < sums.Length; i++)
            sums[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)));
        return sums;
    }
}
