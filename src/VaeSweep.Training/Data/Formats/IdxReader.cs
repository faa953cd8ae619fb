using System.Buffers.Binary;

namespace VaeSweep.Training.Data;

/// <summary>Reads IDX files of unsigned bytes, plain or gzip-compressed, and refuses everything that is not exactly
/// one.</summary>
/// <remarks>Two zero bytes, a type byte (8: unsigned byte), the number of dimensions, one big-endian 32-bit size each, the
/// values. http://yann.lecun.com/exdb/mnist/</remarks>
public static class IdxReader
{
    private const int UnsignedByte = 0x08;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Compression is told by content, not by name.</param>
    /// <param name="dimensions">How many dimensions are expected; null: any.</param>
    /// <exception cref="DataFormatException">The file is not a complete IDX file, or has bytes to spare.</exception>
    public static IdxArray Read(string path, int? dimensions = null)
    {
        var bytes = File.ReadAllBytes(path);
        return Parse(new DataContent(path, GzipContent.IsGzip(bytes) ? GzipContent.Unpack(path, bytes) : bytes), dimensions);
    }

    /// <summary>Reads content that is in memory; the values are a view of it.</summary>
    /// <exception cref="DataFormatException">The content is not a complete IDX file, or has bytes to spare.</exception>
    public static IdxArray Parse(DataContent content, int? dimensions = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (path, bytes) = (content.Path, content.Bytes);
        if (bytes.Length < 4)
        {
            throw new DataFormatException(
                path, bytes.Length, "an IDX header of at least 4 bytes", $"the end of the file after {bytes.Length} bytes");
        }

        if (bytes[0] != 0 || bytes[1] != 0)
            throw new DataFormatException(path, 0, "the two zero bytes of an IDX file", $"0x{bytes[0]:x2} 0x{bytes[1]:x2}");

        if (bytes[2] != UnsignedByte)
            throw new DataFormatException(path, 2, "type 0x08 (unsigned byte)", TypeName(bytes[2]));

        var count = bytes[3];
        if (count == 0 || (dimensions is { } expected && count != expected))
        {
            throw new DataFormatException(
                path, 3, dimensions is null ? "at least 1 dimension" : $"{dimensions} dimensions", $"{count}");
        }

        var header = 4 + 4 * count;
        if (bytes.Length < header)
        {
            throw new DataFormatException(
                path, bytes.Length, $"{count} sizes, a header of {header} bytes",
                $"the end of the file after {bytes.Length} bytes");
        }

        var sizes = new int[count];
        long values = 1;
        for (var i = 0; i < count; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + 4 * i));
            values *= size;
            if (size == 0 || values > Array.MaxLength)
            {
                throw new DataFormatException(
                    path, 4 + 4 * i, $"a size that makes 1 to {Array.MaxLength} values in all", $"size {size}");
            }

            sizes[i] = (int)size;
        }

        var shape = string.Join(" x ", sizes);
        if (bytes.Length < header + values)
        {
            throw new DataFormatException(
                path, bytes.Length, $"{header + values} bytes for {shape}", $"the end of the file after {bytes.Length} bytes");
        }

        if (bytes.Length > header + values)
        {
            throw new DataFormatException(
                path, header + values, $"the end of the file for {shape}", $"{bytes.Length - header - values} more bytes");
        }

        return new IdxArray(sizes, bytes.AsMemory(header));
    }

    private static string TypeName(byte type) => type switch
    {
        0x09 => "0x09 (signed byte)",
        0x0B => "0x0b (16-bit integer)",
        0x0C => "0x0c (32-bit integer)",
        0x0D => "0x0d (32-bit float)",
        0x0E => "0x0e (64-bit float)",
        _ => $"0x{type:x2} (not an IDX type)",
    };
}
