using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace VaeSweep.Store.LiteDb;

/// <summary>The bytes of a sum, gathered and hashed in one go: of a small document the hash itself is then the least
/// part.</summary>
internal sealed class SumBytes
{
    /// <summary>What is larger is hashed where it lies.</summary>
    private const int Room = 4096;

    private const int MostBytesPerChar = 3;

    [ThreadStatic]
    private static SumBytes? _own;

    private readonly byte[] _bytes = new byte[Room];
    private readonly XxHash3 _hash = new();
    private int _count;
    private bool _flushed;

    /// <summary>This thread's one, emptied: one document at a time.</summary>
    public static SumBytes Begin()
    {
        var own = _own ??= new SumBytes();
        own._count = 0;
        if (own._flushed)
            own._hash.Reset();
        own._flushed = false;
        return own;
    }

    /// <returns>How many bytes it takes.</returns>
    public int Number(long value)
    {
        if (_count + sizeof(long) > Room)
            Flush();
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_count), value);
        _count += sizeof(long);
        return sizeof(long);
    }

    /// <returns>How many bytes it takes.</returns>
    public int Text(string text)
    {
        if (text.Length * (long)MostBytesPerChar > Room - _count)
            Flush();
        if (text.Length * (long)MostBytesPerChar > Room)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            _hash.Append(bytes);
            return bytes.Length;
        }

        var count = Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_count));
        _count += count;
        return count;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Room - _count)
            Flush();
        if (bytes.Length > Room)
        {
            _hash.Append(bytes);
            return;
        }

        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    public ulong Sum()
    {
        if (!_flushed)
            return XxHash3.HashToUInt64(_bytes.AsSpan(0, _count));
        Flush();
        return _hash.GetCurrentHashAsUInt64();
    }

    private void Flush()
    {
        _hash.Append(_bytes.AsSpan(0, _count));
        (_count, _flushed) = (0, true);
    }
}
