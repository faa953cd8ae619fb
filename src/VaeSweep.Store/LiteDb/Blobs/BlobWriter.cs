using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Store.LiteDb;

/// <summary>Writes numbers, texts and arrays one after another; what <see cref="BlobReader"/> reads.</summary>
internal sealed class BlobWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private int _count;

    public byte[] ToArray() => _bytes[.._count];

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Seven bits a byte; small numbers are short.</summary>
    public void Number(long value)
    {
        // Zigzag: numbers just below zero are short as well.
        var left = unchecked((ulong)((value << 1) ^ (value >> 63)));
        for (; left > 0x7f; left >>= 7)
            Byte((byte)(left | 0x80));
        Byte((byte)left);
    }

    /// <summary>All 64 bits, for what is never small.</summary>
    public void Whole(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    public void Text(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Number(count);
        Encoding.UTF8.GetBytes(text, Take(count));
    }

    /// <summary>Their number, and they themselves.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>To the bit; in 32 bits each where that is all they hold, as what was measured in float32.</summary>
    public void Doubles(ReadOnlySpan<double> values)
    {
        var single = AreSingle(values);
        Number(values.Length);
        Byte(single ? (byte)1 : (byte)0);
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("A store is written on little-endian machines.");
        if (!single)
        {
            MemoryMarshal.AsBytes(values).CopyTo(Take(values.Length * sizeof(double)));
            return;
        }

        var singles = MemoryMarshal.Cast<byte, float>(Take(values.Length * sizeof(float)));
        for (var i = 0; i < values.Length; i++)
            singles[i] = (float)values[i];
    }

    private static bool AreSingle(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (BitConverter.DoubleToInt64Bits((float)value) != BitConverter.DoubleToInt64Bits(value))
                return false;
        }

        return true;
    }

    private Span<byte> Take(int count)
    {
        if (_count + count > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_count + count, _bytes.Length * 2));
        _count += count;
        return _bytes.AsSpan(_count - count, count);
    }
}
