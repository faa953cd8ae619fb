using System.Buffers.Binary;
using System.Text;

namespace VaeSweep.Cluster.Protocol;

/// <summary>Reads what <see cref="WireWriter"/> wrote, and nothing else: no array is made for more things than the bytes that are
/// left can hold.</summary>
/// <exception cref="ProtocolException">Of every method: the bytes cannot be that.</exception>
internal ref struct WireReader(ReadOnlySpan<byte> frame)
{
    private const int NumberBits = 63;
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _left = frame;

    public readonly int Left => _left.Length;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new ProtocolException($"A message holds {other} where it can only hold yes (1) or no (0)."),
    };

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public long Number()
    {
        long value = 0;
        for (var shift = 0; shift < NumberBits; shift += 7)
        {
            var next = Byte();
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
                return next > 0 || shift == 0 ? value : throw new ProtocolException("A number in a message is too long.");
        }

        throw new ProtocolException("A number in a message does not end.");
    }

    public int Int()
    {
        var number = Number();
        return number <= int.MaxValue ? (int)number
            : throw new ProtocolException($"A message holds {number} where at most {int.MaxValue} has a sense.");
    }

    /// <summary>A number of things of at least so many bytes each.</summary>
    public int Count(int leastBytes)
    {
        var count = Number();
        return count <= _left.Length / leastBytes ? (int)count
            : throw new ProtocolException($"A message says that {count} things follow, in {_left.Length} bytes.");
    }

    public string Text()
    {
        var bytes = Bytes();
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new ProtocolException("A text in a message is not UTF-8.", failure);
        }
    }

    public string? TextOrNull() => Flag() ? Text() : null;

    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

    /// <summary>A value of an enum, which must be one of its names.</summary>
    public T Word<T>()
        where T : struct, Enum
    {
        var number = Byte();
        var word = (T)Enum.ToObject(typeof(T), (int)number);
        return Enum.IsDefined(word) ? word
            : throw new ProtocolException($"A message holds {number}, which is no {typeof(T).Name}.");
    }

    public readonly void End()
    {
        if (!_left.IsEmpty)
            throw new ProtocolException($"{_left.Length} bytes follow the end of a message.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
            throw new ProtocolException($"A message ends {count - _left.Length} bytes too early.");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
