using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeSweep.Training.Data;

/// <summary>Unpacks gzip files of one member completely or not at all.</summary>
internal static class GzipContent
{
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;

    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;

    /// <param name="limit">More content than this is refused before it fills the memory.</param>
    /// <exception cref="DataFormatException">The stream is damaged, cut short or larger than it may be.</exception>
    public static byte[] Unpack(string path, byte[] compressed, long limit = int.MaxValue)
    {
        if (compressed.Length < HeaderBytes + TrailerBytes)
            throw new DataFormatException(path, 0, "a gzip file of at least 18 bytes", $"{compressed.Length} bytes");

        // The trailer holds the content's length modulo 2^32: the length is known before anything is unpacked, and a file that
        // was cut short, which a decoder may take for the end, is found out.
        long length = BinaryPrimitives.ReadUInt32LittleEndian(compressed.AsSpan(compressed.Length - 4));
        if (length > Math.Min(limit, Array.MaxLength))
        {
            throw new DataFormatException(
                path, 0, $"at most {limit} bytes of content",
                $"a gzip trailer that says {length}: cut short, damaged or another file");
        }

        var content = GC.AllocateUninitializedArray<byte>((int)length);
        var read = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed, writable: false), CompressionMode.Decompress);
            int got;
            while (read < content.Length && (got = gzip.Read(content, read, content.Length - read)) > 0)
                read += got;

            if (read < content.Length || gzip.ReadByte() >= 0)
            {
                throw new DataFormatException(
                    path, read, $"{length} bytes of content, as the gzip trailer says", read < content.Length
                        ? "the end" : "more: cut short or damaged");
            }
        }
        catch (InvalidDataException exception)
        {
            throw new DataFormatException(path, read, "a sound gzip stream", exception.Message.TrimEnd('.'), exception);
        }

        return content;
    }
}
