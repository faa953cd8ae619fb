using System.Buffers.Binary;
using System.Text;

namespace VaeSweep.Cluster.Protocol;

/// <summary>Writes numbers and texts one after another; what <see cref="WireReader"/> reads.</summary>
internal sealed class WireWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private int _count;

    public int Count => _count;

    public byte[] ToArray() => _bytes.AsSpan(0, _count).ToArray();

    public void Byte(byte value) => Take(1)[0] = value;

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>Eight bytes, whatever the value: for what must stay readable in every version, and for random numbers.</summary>
    public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    /// <summary>Seven bits a byte: small numbers are short.</summary>
    /// <exception cref="ProtocolException">It is negative.</exception>
    public void Number(long value)
    {
        if (value < 0)
            throw new ProtocolException($"A message was to hold {value} where only numbers from 0 have a sense.");
        var left = value;
        for (; left > 0x7f; left >>= 7)
            Byte((byte)(left | 0x80));
        Byte((byte)left);
    }

    public void Text(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Number(count);
        Encoding.UTF8.GetBytes(text, Take(count));
    }

    public void TextOrNull(string? text)
    {
        Flag(text is not null);
        if (text is not null)
            Text(text);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    private Span<byte> Take(int count)
    {
        if (_count + count > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_count + count, _bytes.Length * 2));
        _count += count;
        return _bytes.AsSpan(_count - count, count);
    }
}
