using System.Buffers.Binary;

namespace VaeSweep.Store.LiteDb;

/// <summary>What stands at the head of the log: one of two slots for each generation in turn, so that a torn one leaves the
/// other.</summary>
/// <param name="Generation">From 1; one more with every truncation.</param>
/// <param name="Salt">Seeds the chain of sums, so that frames of an earlier life never fit.</param>
/// <param name="Fresh">Nothing was ever committed and checkpointed: the data file may be thrown away.</param>
/// <param name="DataLength">Bytes of the data file when the generation began.</param>
/// <param name="DataStamp">Its <see cref="IDiskFile.Stamp"/> then. Where it differs and the log does not say why, somebody else
/// has written to the file.</param>
internal sealed record LogHeader(ulong Generation, ulong Salt, bool Fresh, long DataLength, long DataStamp)
{
    /// <summary>Both slots.</summary>
    public const int Bytes = 2 * SlotBytes;

    private const int SlotBytes = 2048;
    private const int SumOffset = SlotBytes - sizeof(ulong);
    private const ulong SumSeed = 0x4c6f674865616431;

    private static ReadOnlySpan<byte> Magic => "VSLOG002"u8;

    public long Position => (Generation & 1) == 0 ? 0 : SlotBytes;

    /// <summary>Reads a slot.</summary>
    /// <returns>Null when it holds no whole header.</returns>
    public static LogHeader? Read(GuardedFile log, int slot)
    {
        Span<byte> bytes = stackalloc byte[SlotBytes];
        if (log.Read(slot * SlotBytes, bytes) < SlotBytes || !bytes[..Magic.Length].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[SumOffset..]) != PageSums.Of(bytes[..SumOffset], SumSeed))
        {
            return null;
        }
        var header = new LogHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
                bytes[24] != 0,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]));
        return header.Position == slot * SlotBytes ? header : null;
    }

    /// <summary>Whether a file is a store's log.</summary>
    public static bool IsLog(string path)
    {
        if (!File.Exists(path))
            return false;
        Span<byte> bytes = stackalloc byte[Bytes];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return RandomAccess.Read(file, bytes, 0) == Bytes && (bytes.StartsWith(Magic) || bytes[SlotBytes..].StartsWith(Magic));
    }

    public void Write(GuardedFile log)
    {
        Span<byte> bytes = stackalloc byte[SlotBytes];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Salt);
        bytes[24] = Fresh ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], DataLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], DataStamp);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[SumOffset..], PageSums.Of(bytes[..SumOffset], SumSeed));
        log.Write(Position, bytes);
    }
}
