using System.Buffers.Binary;

namespace VaeSweep.Store.LiteDb;

/// <summary>Reads a log from its beginning to where its chain of sums ends.</summary>
internal static class LogScanner
{
    /// <summary>How far behind a break it is looked for committed transactions.</summary>
    private const int LookBehind = 100_000;

    /// <param name="chain">Gets the sum of each whole frame.</param>
    public static LogScan Scan(GuardedFile file, LogHeader header, PageSum sum, List<ulong> chain)
    {
        var frame = new byte[PageLog.FrameBytes];
        var open = new Dictionary<uint, List<(uint Page, long Index)>>();
        var pages = new SortedDictionary<uint, long>();
        var most = Math.Max(0, (file.Length - LogHeader.Bytes) / PageLog.FrameBytes);
        long transactions = 0, index = 0;
        chain.Clear();
        for (; index < most; index++)
        {
            file.ReadExactly(PageLog.PositionOf(index), frame);
            if (!Fits(frame, header.Generation, index, chain.Count == 0 ? header.Salt : chain[^1], sum))
                break;
            chain.Add(SumOf(frame));
            var transaction = LitePage.Transaction(frame);
            if (!open.TryGetValue(transaction, out var list))
                open[transaction] = list = [];
            list.Add((LitePage.Id(frame), index));
            if (!LitePage.Confirms(frame))
                continue;
            foreach (var (page, at) in list)
                pages[page] = at;
            open.Remove(transaction);
            transactions++;
        }

        return new LogScan(pages, transactions, index, DamageBehind(file, header, sum, index, most));
    }

    public static bool Fits(ReadOnlySpan<byte> frame, ulong generation, long index, ulong before, PageSum sum) =>
        GenerationOf(frame) == generation
        && BinaryPrimitives.ReadUInt64LittleEndian(frame[(LitePage.Size + 8)..]) == (ulong)index
        && SumOf(frame) == sum(frame[..(LitePage.Size + 16)], before);

    public static ulong SumOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt64LittleEndian(frame[(LitePage.Size + 16)..]);

    private static ulong GenerationOf(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt64LittleEndian(frame[LitePage.Size..]);

    /// <summary>Only one transaction can have been unsynced, so a power cut leaves at most one last page of a transaction behind
    /// the break. Two prove that
    /// acknowledged frames were damaged. A first frame of the generation after this one proves that its header was: it was synced
    /// before.</summary>
    private static string? DamageBehind(GuardedFile file, LogHeader header, PageSum sum, long broken, long most)
    {
        var frame = new byte[PageLog.FrameBytes];
        var confirmed = 0;
        ulong before = 0;
        for (var index = broken; index < most && index < broken + LookBehind; index++)
        {
            file.ReadExactly(PageLog.PositionOf(index), frame);
            if (index == 0 && GenerationOf(frame) == header.Generation + 1)
                return $"'{file.Path}': the newer of its two headers is damaged, and transactions follow it.";
            if (index > broken && Fits(frame, header.Generation, index, before, sum) && LitePage.Confirms(frame)
                && ++confirmed > 1)
            {
                return $"'{file.Path}': page {broken} of the log is damaged, and committed transactions lie behind it.";
            }
            before = SumOf(frame);
        }

        return null;
    }
}
