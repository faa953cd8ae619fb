namespace VaeSweep.Store.LiteDb;

internal sealed partial class PageStore
{
    /// <summary>Transactions that the log held when the store was opened.</summary>
    public long ReplayedTransactions { get; private set; }

    /// <summary>Opens a store and repeats what its log holds: in the file, or, when it is only read, in memory.</summary>
    /// <exception cref="StoreDamagedException">The files cannot be what was written to them.</exception>
    /// <exception cref="IOException">A file is not there, somebody else has it, or the disk fails.</exception>
    public static PageStore Open(IDisk disk, string path, DiskAccess access, PageStoreOptions? options = null)
    {
        var store = new PageStore(disk, path, access, options ?? new PageStoreOptions());
        try
        {
            store.Recover();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Takes over a data file without asking log and sums, for instance after another program has written to
    /// it.</summary>
    public static PageStore Adopt(IDisk disk, string path)
    {
        var store = new PageStore(disk, path, DiskAccess.Write, new PageStoreOptions());
        try
        {
            store._log.Scan();
            store._pages.Adopt();
            store._log.Begin(fresh: false, store._data.Length, store._data.Stamp);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void Recover()
    {
        var scan = _log.Scan();
        if (scan.Damage is not null)
            throw new StoreDamagedException(scan.Damage);
        var header = _log.Header;
        if (header is null || (header.Fresh && scan.Transactions == 0))
        {
            if (_readOnly)
                throw new StoreException($"Store '{Path}' is empty: it was begun, and nothing was stored in it yet.");
            Create(header);
            return;
        }

        ReplayedTransactions = scan.Transactions;
        var touched = _data.Stamp != header.DataStamp;
        _pages.Load(WholePages(header, scan));
        if (_readOnly)
        {
            foreach (var (page, frame) in scan.Pages)
                _replayed[page] = frame;
        }
        else if (scan.Transactions > 0)
        {
            Replay(scan);
        }

        // A file that was written to since its log was begun was in a checkpoint that was cut, or in other hands: all of it is
        // looked at.
        if (touched)
            DemandWhole();
        if (!_readOnly && (scan.Transactions > 0 || touched || _log.HasTornHeader))
        {
            _log.Begin(fresh: false, _data.Length, _data.Stamp);
            // The room of a long log may be what a full disk is short of.
            _log.Shrink();
        }
    }

    /// <summary>Begins a store, or begins it again after its creation was cut: nothing was ever committed to it.</summary>
    private void Create(LogHeader? header)
    {
        if (header is null ? _data.Length > 0 : _data.Length > LitePage.Size)
        {
            throw new StoreDamagedException(
                header is null ? $"'{Path}' is there, but its log '{_logFile.Path}' is missing or damaged."
                    : $"'{Path}' has grown, but its log says that nothing was ever committed.");
        }

        if (_readOnly)
            throw new StoreDamagedException($"'{Path}' is empty: the program that began it did not come to its first commit.");
        _pages.Truncate(0);
        _log.Begin(fresh: true, 0, _data.Stamp);
    }

    /// <summary>How many pages the data file had before anything that a cut checkpoint may have begun; what lies behind is in the
    /// log.</summary>
    private uint WholePages(LogHeader header, LogScan scan)
    {
        var inData = _data.Length / LitePage.Size;
        var inSums = _sumsFile.Length / sizeof(ulong);
        if (scan.Transactions == 0
            && (_data.Length != header.DataLength || inSums != inData || _sumsFile.Length % sizeof(ulong) != 0))
        {
            throw new StoreDamagedException(
                $"'{Path}' has {_data.Length} bytes and {inSums} checksums; it was left with {header.DataLength} bytes and " +
                $"{header.DataLength / LitePage.Size} checksums.");
        }

        var whole = Math.Min(Math.Min(inData, inSums), header.Fresh ? 1 : header.DataLength / LitePage.Size);
        Span<byte> first = stackalloc byte[LitePage.Size];
        if (scan.Pages.TryGetValue(0, out var frame))
            _log.Read(frame, first);
        else
            _data.ReadExactly(0, first);
        if (!LitePage.IsHeader(first))
            throw new StoreDamagedException($"'{Path}' does not begin with the header of a LiteDB 5 file.");
        for (var id = whole; id <= LitePage.LastPage(first); id++)
        {
            if (!scan.Pages.ContainsKey((uint)id))
                throw new StoreDamagedException($"'{Path}' has {inData} pages and {inSums} checksums; page {id} is missing.");
        }

        return (uint)whole;
    }

    /// <summary>Puts other pages in the place of all there are, at once: cut anywhere, the store has the old ones or the new
    /// ones.</summary>
    /// <remarks>Only while the log is empty and no LiteDB is open over it.</remarks>
    /// <param name="read">Puts a page into a buffer; called twice at most for each.</param>
    public void Replace(uint count, Action<uint, Memory<byte>> read)
    {
        if (_log.Pages > 0 || _pages.HasHeld)
            throw new InvalidOperationException($"'{Path}' has a log, or pages that wait; nothing can be put in their place.");
        var page = new byte[LitePage.Size];
        var frames = new SortedDictionary<uint, long>();
        for (uint id = 0; id < count; id++)
        {
            read(id, page);
            LitePage.Mark(page, 1, confirms: id == count - 1);
            frames[id] = _log.Pages;
            _log.Append(page);
        }

        _log.Sync();
        Replay(new LogScan(frames, 1, count, null));
        _log.Begin(fresh: false, _data.Length, _data.Stamp);
    }

    private void Replay(LogScan scan)
    {
        _pages.Write(scan.Pages.Keys, (id, page) =>
        {
            _log.Read(scan.Pages[id], page.Span);
            LitePage.Unmark(page.Span);
        });
        Span<byte> header = stackalloc byte[LitePage.Size];
        if (!_pages.Read(0, header) || !LitePage.IsHeader(header))
            throw new StoreDamagedException($"'{Path}' does not begin with the header of a LiteDB 5 file.");
        _pages.Truncate(Math.Min(_pages.Pages, LitePage.LastPage(header) + 1));
    }

    private void DemandWhole()
    {
        var damaged = _pages.Damaged().Where(id => !_replayed.ContainsKey(id)).Take(10).ToList();
        if (damaged.Count > 0)
        {
            throw new StoreDamagedException(
                $"'{Path}' was written to by another program, or was damaged: {(damaged.Count == 1 ? "page" : "pages")} " +
                $"{string.Join(", ", damaged)}{(damaged.Count == 10 ? ", ..." : "")} do not match their checksums.");
        }
    }
}
