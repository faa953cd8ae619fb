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
    /// <returns>How many pages it has.</returns>
    /// <exception cref="StoreException">It is no back-up, or not a whole one.</exception>
    public static uint Verify(IDiskFile file, CancellationToken cancellationToken)
    {
        var page = new byte[LitePage.Size];
        var end = (file.Length / LitePage.Size * LitePage.Size) - LitePage.Size;
        if (end <= 0 || file.Length % LitePage.Size != 0 || file.Read(end, page) < page.Length
            || !page.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new StoreException($"'{file.Path}' is no back-up made by 'store backup', or its end is missing.");
        var pages = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(CountOffset));
        var sum = BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(SumOffset));
        if (BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(OwnSumOffset)) != PageSums.Of(page.AsSpan(0, OwnSumOffset), Seed)
            || pages * (long)LitePage.Size != end)
            throw new StoreDamagedException($"Back-up '{file.Path}' is damaged at its end.");
        var hash = new XxHash3();
        for (uint id = 0; id < pages; id++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Read(id * (long)LitePage.Size, page);
            hash.Append(page);
        }

        return hash.GetCurrentHashAsUInt64() == sum ? pages
            : throw new StoreDamagedException($"Back-up '{file.Path}' is not what was written: its checksum differs.");
    }
}
