using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Store.LiteDb;

/// <summary>Reads what <see cref="BlobWriter"/> wrote.</summary>
/// <exception cref="StoreDamagedException">Of every method: the bytes end before, or cannot be that.</exception>
internal ref struct BlobReader(ReadOnlySpan<byte> blob)
{
    private const int MostBits = 63;

    // Not cut as it is read: numbers are read by the million.
    private readonly ReadOnlySpan<byte> _blob = blob;
    private int _at;

    public readonly bool AtEnd => _at >= _blob.Length;

    private readonly int Left => _blob.Length - _at;

    public byte Byte()
    {
        if (_at >= _blob.Length)
            ThrowEnd(1);
        return _blob[_at++];
    }

    public long Number()
    {
        ulong value = 0;
        var at = _at;
        for (var shift = 0; shift <= MostBits; shift += 7)
        {
            if (at >= _blob.Length)
            {
                _at = at;
                ThrowEnd(1);
            }

            var next = _blob[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                _at = at;
                return unchecked((long)(value >> 1) ^ -(long)(value & 1));
            }
        }

        throw new StoreDamagedException("A number in a blob does not end.");
    }

    /// <summary>A number of things of at least so many bytes each.</summary>
    public int Count(int leastBytes = 1)
    {
        var count = Number();
        return count is >= 0 and <= int.MaxValue && count * leastBytes <= Left ? (int)count
            : throw new StoreDamagedException($"A blob says that {count} things follow, in {Left} bytes.");
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
        if (count > Left)
            ThrowEnd(count);
        var taken = _blob.Slice(_at, count);
        _at += count;
        return taken;
    }

    [DoesNotReturn]
    private readonly void ThrowEnd(int wanted) =>
        throw new StoreDamagedException($"A blob ends {wanted - Left} bytes too early.");
}
