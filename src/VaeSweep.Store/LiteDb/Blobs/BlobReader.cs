using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Store.LiteDb;

/// <summary>Reads what <see cref="BlobWriter"/> wrote.</summary>
/// <exception cref="StoreDamagedException">Of every method: the bytes end before, or cannot be that.</exception>
internal ref struct BlobReader(ReadOnlySpan<byte> blob)
{
    private const int MostBits = 63;
    private ReadOnlySpan<byte> _left = blob;

    public readonly bool AtEnd => _left.IsEmpty;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift <= MostBits; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return unchecked((long)(value >> 1) ^ -(long)(value & 1));
        }

        throw new StoreDamagedException("A number in a blob does not end.");
    }

    /// <summary>A number of things of at least so many bytes each.</summary>
    public int Count(int leastBytes = 1)
    {
        var count = Number();
        return count >= 0 && count * leastBytes <= _left.Length ? (int)count
            : throw new StoreDamagedException($"A blob says that {count} things follow, in {_left.Length} bytes.");
    }

    public ulong Whole() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public string Text() => Encoding.UTF8.GetString(Take(Count()));

    public ReadOnlySpan<byte> Bytes() => Take(Count());

    public double[] Doubles()
    {
        var count = Count(0);
        var single = Byte() != 0;
        var bytes = Take(checked(count * (single ? sizeof(float) : sizeof(double))));
        if (!single)
            return MemoryMarshal.Cast<byte, double>(bytes).ToArray();
        var values = new double[count];
        var singles = MemoryMarshal.Cast<byte, float>(bytes);
        for (var i = 0; i < count; i++)
            values[i] = singles[i];
        return values;
    }

    public void SkipDoubles()
    {
        var count = Count(0);
        var single = Byte() != 0;
        Take(checked(count * (single ? sizeof(float) : sizeof(double))));
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
            throw new StoreDamagedException($"A blob ends {count - _left.Length} bytes too early.");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
