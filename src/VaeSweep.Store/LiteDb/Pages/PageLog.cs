using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VaeSweep.Store.LiteDb;

/// <summary>The write-ahead log: frames of a page, its generation and index, and a sum chained over the frame before
/// it.</summary>
/// <remarks>A frame whose sum fits proves every frame before it, so a commit needs one sync, after its last page. A new
/// generation makes all frames
/// invalid at once; its header is synced before the first new frame is written.</remarks>
internal sealed class PageLog(GuardedFile file, PageSum sum, long growBytes)
{
    /// <summary>Page, generation, index, sum.</summary>
    public const int FrameBytes = LitePage.Size + TrailerBytes;

    private const int TrailerBytes = 24;
    private const int SummedBytes = LitePage.Size + 16;
    private const int SpillFrames = 128;

    /// <summary>A log above this is given back to the file system when it is truncated.</summary>
    private const long ShrinkAbove = 256L << 20;

    private static readonly byte[] _zeros = new byte[1 << 20];
    private readonly byte[] _frame = new byte[FrameBytes];
    private readonly List<ulong> _chain = [];
    private byte[] _pending = new byte[4 * FrameBytes];
    private int _pendingFrames;

    /// <summary>Null before the first generation.</summary>
    public LogHeader? Header { get; private set; }

    public long Pages => _chain.Count;

    /// <summary>A torn or damaged header lies beside the one that counts.</summary>
    public bool HasTornHeader { get; private set; }

    /// <summary>Frames were appended since the last <see cref="Sync"/>.</summary>
    public bool Unsynced { get; private set; }

    public long Syncs { get; private set; }

    private ulong ChainEnd => _chain.Count == 0 ? Header!.Salt : _chain[^1];

    /// <summary>Finds the newer of the two headers and the frames that belong to it.</summary>
    public LogScan Scan()
    {
        var (even, odd) = (LogHeader.Read(file, 0), LogHeader.Read(file, 1));
        Header = even is not null && (odd is null || even.Generation > odd.Generation) ? even : odd;
        HasTornHeader = Header is { Generation: > 1 } && (even is null || odd is null);
        return Header is null ? LogScan.Empty : LogScanner.Scan(file, Header, sum, _chain);
    }

    /// <summary>Makes all frames invalid, durably.</summary>
    public void Begin(bool fresh, long dataLength, long dataStamp)
    {
        Span<byte> salt = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(salt);
        Header = new LogHeader((Header?.Generation ?? 0) + 1, BinaryPrimitives.ReadUInt64LittleEndian(salt), fresh, dataLength,
            dataStamp);
        Header.Write(file);
        SyncFile();
        HasTornHeader = false;
        _chain.Clear();
        _pendingFrames = 0;
        Unsynced = false;
        if (file.Length > ShrinkAbove)
            file.SetLength(LogHeader.Bytes);
    }

    /// <summary>Gives back all room but the headers'. Only of a log without valid frames.</summary>
    public void Shrink()
    {
        if (file.Length == LogHeader.Bytes)
            return;
        file.SetLength(LogHeader.Bytes);
        SyncFile();
    }

    public void Append(ReadOnlySpan<byte> page)
    {
        if (_pendingFrames * FrameBytes == _pending.Length)
        {
            if (_pendingFrames < SpillFrames)
                Array.Resize(ref _pending, _pending.Length * 2);
            else
                Spill();
        }

        var frame = _pending.AsSpan(_pendingFrames * FrameBytes, FrameBytes);
        page.CopyTo(frame);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[LitePage.Size..], Header!.Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[(LitePage.Size + 8)..], (ulong)_chain.Count);
        var end = sum(frame[..SummedBytes], ChainEnd);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[SummedBytes..], end);
        _chain.Add(end);
        _pendingFrames++;
        Unsynced = true;
    }

    public void Sync()
    {
        Spill();
        SyncFile();
        Unsynced = false;
    }

    /// <summary>Reads a page and makes sure of it.</summary>
    public void Read(long index, Span<byte> page)
    {
        var firstPending = _chain.Count - _pendingFrames;
        if (index >= firstPending)
        {
            _pending.AsSpan((int)(index - firstPending) * FrameBytes, LitePage.Size).CopyTo(page);
            return;
        }

        file.ReadExactly(PositionOf(index), _frame);
        var before = index == 0 ? Header!.Salt : _chain[(int)index - 1];
        if (!LogScanner.Fits(_frame, Header!.Generation, index, before, sum) || LogScanner.SumOf(_frame) != _chain[(int)index])
            throw new StoreDamagedException($"'{file.Path}': page {index} of the log does not match its checksum.");
        _frame.AsSpan(0, LitePage.Size).CopyTo(page);
    }

    public static long PositionOf(long index) => LogHeader.Bytes + (index * FrameBytes);

    private void Spill()
    {
        if (_pendingFrames == 0)
            return;
        var position = PositionOf(_chain.Count - _pendingFrames);
        var bytes = _pending.AsSpan(0, _pendingFrames * FrameBytes);
        var grows = position + bytes.Length >= file.Length;
        file.Write(position, bytes);
        _pendingFrames = 0;
        if (grows)
            Grow();
    }

    /// <summary>Writes zeros ahead, so that most syncs need no change of the file's length, which would cost the file system a
    /// journal commit.
    /// Without room for it the log goes on frame by frame.</summary>
    private void Grow()
    {
        try
        {
            for (var left = growBytes; left > 0; left -= _zeros.Length)
                file.Unguarded.Write(file.Length, _zeros.AsSpan(0, (int)Math.Min(left, _zeros.Length)));
        }
        catch (IOException)
        {
            // A write that matters will say it.
        }
    }

    private void SyncFile()
    {
        Syncs++;
        file.Sync();
    }
}
