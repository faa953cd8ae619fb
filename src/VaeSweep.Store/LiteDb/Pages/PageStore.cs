namespace VaeSweep.Store.LiteDb;

/// <summary>The pages under a LiteDB: data file, log and sums, safe against power cuts with one sync a commit.</summary>
/// <remarks>
/// LiteDB itself never syncs a commit, and takes a torn page for a whole one. Here:
/// <list type="bullet">
/// <item>a commit is durable when the log was synced after its last page, before LiteDB hears of it;</item>
/// <item>a checkpoint writes and syncs data and sums, and only then makes the log's frames invalid;</item>
/// <item>the log is replayed when the store is opened, so that LiteDB always finds an empty one. That can be cut and
/// repeated;</item>
/// <item>after a failed write nothing is written until the store is opened again.</item>
/// </list>
/// One thread at a time.
/// </remarks>
internal sealed partial class PageStore : IDisposable
{
    private readonly WriteFault _fault = new();
    private readonly GuardedFile _data;
    private readonly GuardedFile _sumsFile;
    private readonly GuardedFile _logFile;
    private readonly PageFile _pages;
    private readonly PageLog _log;
    private readonly List<GuardedFile> _files = [];
    private readonly bool _readOnly;

    /// <summary>Of a store that is only read: where in the log the newest version of a page is.</summary>
    private readonly Dictionary<uint, long> _replayed = [];

    private PageStore(IDisk disk, string path, DiskAccess access, PageStoreOptions options)
    {
        Path = path;
        _readOnly = access == DiskAccess.Read;
        try
        {
            _data = Open(path);
            _sumsFile = Open(SumsPath(path));
            _logFile = Open(LogPath(path));
            _pages = new PageFile(_data, _sumsFile, PageSums.Of);
            _log = new PageLog(_logFile, options.FrameSum, options.LogGrowth);
        }
        catch
        {
            Dispose();
            throw;
        }

        GuardedFile Open(string name)
        {
            var file = new GuardedFile(disk.Open(name, access), _fault);
            _files.Add(file);
            return file;
        }
    }

    public string Path { get; }

    public Stream Data => new DataStream(this);

    public Stream Log => new LogStream(this);

    public long LogPages => _log.Pages;

    /// <summary>Syncs of the log so far.</summary>
    public long LogSyncs => _log.Syncs;

    /// <summary>Pages of the data file.</summary>
    public uint DataPages => _pages.Pages;

    /// <summary>Pages in all, those that only the log has included.</summary>
    public uint PageCount
    {
        get
        {
            Span<byte> first = stackalloc byte[LitePage.Size];
            return ReadData(0, first) ? LitePage.LastPage(first) + 1 : 0;
        }
    }

    /// <summary>The failure after which nothing is written any more.</summary>
    public Exception? Fault => _fault.First;

    /// <exception cref="IOException">A write has failed, perhaps without LiteDB knowing it.</exception>
    public void DemandWritten() => _fault.Demand();

    public static string LogPath(string path) => path + ".wal";

    public static string SumsPath(string path) => path + ".sum";

    /// <summary>Gives the log's room back; of a store that is closed in order, after a checkpoint.</summary>
    public void ShrinkLog()
    {
        if (_log.Pages == 0 && Fault is null && !_readOnly)
            _log.Shrink();
    }

    /// <summary>The pages that do not match their sums; nothing may be held back.</summary>
    public IEnumerable<uint> DamagedPages() => _pages.Damaged();

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    /// <summary>Reads a page and makes sure of it.</summary>
    /// <exception cref="StoreDamagedException">It is not what was written.</exception>
    public void ReadPage(uint id, Span<byte> page)
    {
        if (!ReadData(id, page))
            throw new StoreDamagedException($"'{Path}' has no page {id}.");
    }

    private bool ReadData(uint id, Span<byte> page)
    {
        if (!_replayed.TryGetValue(id, out var frame))
            return _pages.Read(id, page);
        _log.Read(frame, page);
        LitePage.Unmark(page);
        return true;
    }

    private void WriteHeld()
    {
        _fault.Demand();
        // The log leads: what stands in the data file must be in the log until both are on the disk.
        if (_log.Unsynced)
            _log.Sync();
        _pages.WriteHeld();
    }

    private void AppendToLog(long position, ReadOnlySpan<byte> page)
    {
        _fault.Demand();
        if (position != _log.Pages * LitePage.Size)
            throw Broken($"LiteDB wrote at {position} of the log, whose end is {_log.Pages * LitePage.Size}");
        _log.Append(page);
        if (LitePage.Confirms(page))
            _log.Sync();
    }

    private void TruncateLog()
    {
        _fault.Demand();
        if (_pages.HasHeld)
            throw Broken("LiteDB truncated the log before it had flushed the data");
        _log.Begin(fresh: false, _data.Length, _data.Stamp);
    }

    private IOException Broken(string what)
    {
        var error = new IOException($"'{Path}': {what}. The store does not go on with an engine that it does not know.");
        _fault.Note(error);
        return error;
    }
}
