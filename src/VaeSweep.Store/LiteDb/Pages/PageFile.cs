using System.Runtime.InteropServices;

namespace VaeSweep.Store.LiteDb;

/// <summary>The data file, which LiteDB's own tools can read, and beside it the file with one checksum a page.</summary>
/// <remarks>Pages that are written are held until <see cref="WriteHeld"/>, so that a checkpoint writes each once and in order. A
/// page that is read is
/// compared with its sum first: LiteDB may loop on a damaged one.</remarks>
internal sealed class PageFile(GuardedFile data, GuardedFile sums, PageSum sum)
{
    private const int RunPages = 32;

    /// <summary>Sums nearer than this are written in one piece: a sector of a disk.</summary>
    private const int SumsApart = 64;

    private const int SpareBuffers = 4096;

    private readonly SortedDictionary<uint, byte[]> _held = [];
    private readonly Stack<byte[]> _spare = [];
    private readonly byte[] _run = new byte[RunPages * LitePage.Size];
    private ulong[] _sums = [];

    /// <summary>Pages in the file.</summary>
    public uint Pages { get; private set; }

    /// <summary>Bytes of the file, as LiteDB is to see it.</summary>
    public long Length => Math.Max(Pages, _held.Count == 0 ? 0 : _held.Keys.Last() + 1L) * LitePage.Size;

    public bool HasHeld => _held.Count > 0;

    /// <summary>Takes over the sums from their file.</summary>
    /// <param name="pages">How many pages the data file has.</param>
    /// <exception cref="StoreDamagedException">There are fewer sums than pages.</exception>
    public void Load(uint pages)
    {
        if (sums.Length < pages * (long)sizeof(ulong))
        {
            throw new StoreDamagedException(
                $"'{sums.Path}' has checksums for {sums.Length / sizeof(ulong)} of the {pages} pages of '{data.Path}'.");
        }
        _sums = new ulong[pages + 16];
        sums.ReadExactly(0, MemoryMarshal.AsBytes(_sums.AsSpan(0, (int)pages)));
        Pages = pages;
    }

    /// <summary>Makes the sums anew from the pages as they are.</summary>
    public void Adopt()
    {
        Pages = (uint)(data.Length / LitePage.Size);
        _sums = new ulong[Pages + 16];
        foreach (var (id, found) in SumsNow())
            _sums[id] = found;
        sums.Write(0, MemoryMarshal.AsBytes(_sums.AsSpan(0, (int)Pages)));
        sums.SetLength(Pages * (long)sizeof(ulong));
        sums.Sync();
    }

    public void Hold(uint id, ReadOnlySpan<byte> page)
    {
        if (!_held.TryGetValue(id, out var held))
            _held[id] = held = _spare.Count > 0 ? _spare.Pop() : new byte[LitePage.Size];
        page.CopyTo(held);
    }

    /// <summary>Writes the held pages and their sums, and syncs both files.</summary>
    public void WriteHeld()
    {
        if (_held.Count == 0)
            return;
        Write(_held.Keys, (id, page) => _held[id].CopyTo(page));
        foreach (var page in _held.Values)
        {
            if (_spare.Count < SpareBuffers)
                _spare.Push(page);
        }

        _held.Clear();
    }

    /// <summary>Writes pages and their sums, and syncs both files.</summary>
    /// <param name="ids">Ascending.</param>
    /// <param name="fill">Puts a page into a buffer.</param>
    public void Write(ICollection<uint> ids, Action<uint, Memory<byte>> fill)
    {
        var end = ids.Last() + 1;
        if (end > _sums.Length)
            Array.Resize(ref _sums, (int)Math.Max(end + 16, _sums.Length * 3L / 2));
        uint first = 0, sumsFirst = 0, sumsEnd = 0;
        var count = 0;
        foreach (var id in WithoutHoles(ids))
        {
            if (count > 0 && (id != first + count || count == RunPages))
                WriteRun();
            if (count == 0)
                first = id;
            var page = _run.AsMemory(count * LitePage.Size, LitePage.Size);
            if (id >= Pages && !ids.Contains(id))
                page.Span.Clear();
            else
                fill(id, page);
            _sums[id] = sum(page.Span, id);
            count++;
            if (id > sumsEnd + SumsApart)
                WriteSums();
            if (sumsFirst == sumsEnd)
                sumsFirst = id;

            sumsEnd = id + 1;
        }

        WriteRun();
        WriteSums();
        data.Sync();
        sums.Sync();
        Pages = Math.Max(Pages, end);

        void WriteRun()
        {
            data.Write(first * (long)LitePage.Size, _run.AsSpan(0, count * LitePage.Size));
            count = 0;
        }

        void WriteSums()
        {
            if (sumsEnd > sumsFirst)
            {
                sums.Write(sumsFirst * (long)sizeof(ulong),
                    MemoryMarshal.AsBytes(_sums.AsSpan((int)sumsFirst, (int)(sumsEnd - sumsFirst))));
            }
            sumsFirst = sumsEnd;
        }
    }

    /// <summary>Takes pages off the end.</summary>
    public void Truncate(uint pages)
    {
        Pages = pages;
        if (data.Length != pages * (long)LitePage.Size)
            data.SetLength(pages * (long)LitePage.Size);
        if (sums.Length != pages * (long)sizeof(ulong))
            sums.SetLength(pages * (long)sizeof(ulong));
        data.Sync();
        sums.Sync();
    }

    /// <summary>Reads a page, a held one included.</summary>
    /// <returns>False behind the end.</returns>
    /// <exception cref="StoreDamagedException">The page is not what was written.</exception>
    public bool Read(uint id, Span<byte> page)
    {
        if (_held.TryGetValue(id, out var held))
        {
            held.CopyTo(page);
            return true;
        }

        if (id >= Pages)
            return false;
        data.ReadExactly(id * (long)LitePage.Size, page);
        return sum(page, id) == _sums[id] ? true
            : throw new StoreDamagedException($"'{data.Path}': page {id} does not match its checksum.");
    }

    /// <summary>The pages of the file that do not match their sums.</summary>
    public IEnumerable<uint> Damaged()
    {
        foreach (var (id, found) in SumsNow())
        {
            if (found != _sums[id])
                yield return id;
        }
    }

    /// <summary>The sum of each page as it is in the file.</summary>
    private IEnumerable<(uint Page, ulong Sum)> SumsNow()
    {
        var run = new byte[_run.Length];
        for (uint first = 0; first < Pages; first += RunPages)
        {
            var count = (int)Math.Min(RunPages, Pages - first);
            data.ReadExactly(first * (long)LitePage.Size, run.AsSpan(0, count * LitePage.Size));
            for (var i = 0; i < count; i++)
                yield return (first + (uint)i, sum(run.AsSpan(i * LitePage.Size, LitePage.Size), first + (uint)i));
        }
    }

    /// <summary>Pages between the file's end and a new page that nobody writes become zeros with a sum, so that every page has
    /// one.</summary>
    private IEnumerable<uint> WithoutHoles(ICollection<uint> ids)
    {
        var next = Pages;
        foreach (var id in ids)
        {
            for (; next < id; next++)
                yield return next;
            yield return id;
            next = Math.Max(next, id + 1);
        }
    }
}
