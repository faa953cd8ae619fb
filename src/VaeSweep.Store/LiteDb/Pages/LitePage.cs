using System.Buffers.Binary;

namespace VaeSweep.Store.LiteDb;

/// <summary>Where LiteDB 5 keeps in its pages what the streams under it must know.</summary>
/// <remarks>LiteDB 5.0.21, BasePage and HeaderPage.</remarks>
internal static class LitePage
{
    public const int Size = 8192;
    public const int HeaderBytes = 32;
    public const byte FileVersion = 8;

    private const int TransactionOffset = 14;
    private const int ConfirmedOffset = 18;
    private const int InfoOffset = 32;
    private const int VersionOffset = 59;
    private const int LastPageOffset = 64;

    public static ReadOnlySpan<byte> Info => "** This is a LiteDB file **"u8;

    public static uint Id(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page);

    public static uint Transaction(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[TransactionOffset..]);

    /// <summary>Whether a page of the log is the last of its transaction.</summary>
    public static bool Confirms(ReadOnlySpan<byte> page) => page[ConfirmedOffset] != 0;

    /// <summary>Marks a page of the log.</summary>
    public static void Mark(Span<byte> page, uint transaction, bool confirms)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(page[TransactionOffset..], transaction);
        page[ConfirmedOffset] = confirms ? (byte)1 : (byte)0;
    }

    /// <summary>Takes from a page what only the log's pages have.</summary>
    public static void Unmark(Span<byte> page) => Mark(page, uint.MaxValue, confirms: false);

    /// <summary>Of a header page: the number of the file's last page.</summary>
    public static uint LastPage(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[LastPageOffset..]);

    public static bool IsHeader(ReadOnlySpan<byte> page) => page.Slice(InfoOffset, Info.Length).SequenceEqual(Info)
        && page[VersionOffset] == FileVersion;
}
