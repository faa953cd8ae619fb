using System.Buffers.Binary;
using System.IO.Compression;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Commands;

/// <summary>Pages: one thing or many, compressed where it is worth it. One byte says which; of a compressed page its length
/// follows.</summary>
internal static class Pages
{
    private const int WorthCompressing = 4_096;
    private const int MostBytes = 1 << 30;
    private const byte Plain = 0;
    private const byte Deflated = 1;

    public static byte[] Write<T>(Codec<T> codec, T value)
    {
        var writer = new WireWriter(256);
        codec.Write(writer, value);
        return Pack(writer.ToArray());
    }

    /// <exception cref="ProtocolException">It is no page of that.</exception>
    public static T Read<T>(Codec<T> codec, ReadOnlySpan<byte> page)
    {
        var reader = new WireReader(Unpack(page));
        var value = codec.Read(ref reader);
        reader.End();
        return value;
    }

    /// <summary>All that is on a page.</summary>
    /// <exception cref="ProtocolException">It is no page of these.</exception>
    public static List<T> ReadAll<T>(Codec<T> codec, ReadOnlySpan<byte> page)
    {
        var reader = new WireReader(Unpack(page));
        var items = new List<T>();
        while (reader.Left > 0)
            items.Add(codec.Read(ref reader));
        return items;
    }

    private static byte[] Pack(byte[] bytes)
    {
        if (bytes.Length < WorthCompressing)
            return [Plain, .. bytes];
        using var packed = new MemoryStream(bytes.Length / 4);
        packed.WriteByte(Deflated);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        packed.Write(length);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(bytes);
        return packed.ToArray();
    }

    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> page)
    {
        const int head = 1 + sizeof(int);
        if (page.Length > 0 && page[0] == Plain)
            return page[1..];
        if (page.Length < head || page[0] != Deflated
            || BinaryPrimitives.ReadInt32LittleEndian(page[1..]) is not (>= 0 and <= MostBytes))
        {
            throw new ProtocolException("A page is neither plain nor compressed.");
        }
        try
        {
            var bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(page[1..])];
            using var deflate = new DeflateStream(new MemoryStream(page[head..].ToArray()), CompressionMode.Decompress);
            deflate.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new ProtocolException("A page cannot be decompressed.", broken);
        }
    }

    /// <summary>Collects items until they are a page.</summary>
    internal sealed class Writer<T>(Codec<T> codec)
    {
        /// <summary>Compressed, that is about one frame.</summary>
        private const int Full = 512 * 1024;

        private WireWriter _writer = new(Full / 8);

        public bool IsFull => _writer.Count >= Full;

        public void Add(T item) => codec.Write(_writer, item);

        /// <summary>What was added, as a page; the next begins.</summary>
        public byte[] Take()
        {
            var page = Pack(_writer.ToArray());
            _writer = new WireWriter(Full / 8);
            return page;
        }
    }
}
