using System.Buffers.Binary;
using System.IO.Hashing;

namespace VaeSweep.Store.LiteDb;

/// <summary>A back-up: the pages of a LiteDB file, which LiteDB's tools can read, and one page more that says how many there are
/// and what their sum is.</summary>
internal static class BackupFile
{
    private const int CountOffset = 8;
    private const int SumOffset = 16;
    private const int OwnSumOffset = LitePage.Size - sizeof(ulong);
    private const ulong Seed = 0x6261636b75703031;

    private static ReadOnlySpan<byte> Magic => "VSBACKUP"u8;

    public static void WriteFooter(Span<byte> page, uint pages, XxHash3 hash)
    {
        page.Clear();
        Magic.CopyTo(page);
        BinaryPrimitives.WriteUInt32LittleEndian(page[CountOffset..], pages);
        BinaryPrimitives.WriteUInt64LittleEndian(page[SumOffset..], hash.GetCurrentHashAsUInt64());
        BinaryPrimitives.WriteUInt64LittleEndian(page[OwnSumOffset..], PageSums.Of(page[..OwnSumOffset], Seed));
    }

    /// <summary>Reads all of a back-up and makes sure of it.</summary>
    /// <returns>How many pages it has, and their sum.</returns>
    /// <exception cref="StoreDamagedException">It is not a whole back-up.</exception>
    /// <exception cref="StoreException">It is none.</exception>
    public static (uint Pages, ulong Sum) Verify(IDiskFile file, CancellationToken cancellationToken)
    {
        var page = new byte[LitePage.Size];
        var begins = file.Read(0, page) == page.Length && LitePage.IsHeader(page);
        var end = (file.Length / LitePage.Size * LitePage.Size) - LitePage.Size;
        var ends = end > 0 && file.Length % LitePage.Size == 0 && file.Read(end, page) == page.Length
            && page.AsSpan(0, Magic.Length).SequenceEqual(Magic);
        if (!begins && !ends)
            throw new StoreException($"'{file.Path}' is no back-up that 'store backup' made; it has {file.Length:N0} bytes.");
        if (!ends)
        {
            throw new StoreDamagedException(
                $"'{file.Path}' begins as a back-up and does not end as one after {file.Length:N0} bytes: its end is missing, " +
                "or 'store backup' did not make it. (A copy of a closed store goes to its place as it is, and 'store check " +
                "--adopt' takes it over.)");
        }
        var pages = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(CountOffset));
        var sum = BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(SumOffset));
        if (BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(OwnSumOffset)) != PageSums.Of(page.AsSpan(0, OwnSumOffset), Seed)
            || pages * (long)LitePage.Size != end)
        {
            throw new StoreDamagedException($"Back-up '{file.Path}' is damaged at its end.");
        }
        var hash = new XxHash3();
        for (uint id = 0; id < pages; id++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Read(id * (long)LitePage.Size, page);
            hash.Append(page);
        }

        return hash.GetCurrentHashAsUInt64() == sum ? (pages, sum)
            : throw new StoreDamagedException($"Back-up '{file.Path}' is not what was written: its checksum differs.");
    }
}
