using System.Buffers.Binary;
using System.Numerics;

namespace VaeSweep.Sweeps;

/// <summary>CRC-32C (Castagnoli), as iSCSI and ext4 use it; in hardware on every processor that libtorch runs on.</summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Continues a running value; starts from <see cref="uint.MaxValue"/> and is complemented at the end.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));

        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);

        return crc;
    }
}
