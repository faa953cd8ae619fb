using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace VaeSweep.Training.Data;

/// <summary>Reads the two-dimensional arrays of a MATLAB level 5 file whose values are stored as bytes or as float64, compressed
/// or not; other variables are passed over.</summary>
/// <remarks>MathWorks, "MAT-File Format". A header of 128 bytes, then data elements: a type, a length, the data padded to 8
/// bytes. Only little-endian files are read, which all of this century's are.</remarks>
public static class MatReader
{
    private const int HeaderBytes = 128;
    private const uint UInt8 = 2;
    private const uint Float64 = 9;
    private const uint Matrix = 14;
    private const uint Compressed = 15;

    // An array of doubles that are all small integers is stored as bytes, too: the class says what it was, the type what it is.
    private const byte FirstNumericClass = 6;
    private const byte LastNumericClass = 15;

    /// <exception cref="DataFormatException">The file is not a sound MATLAB level 5 file.</exception>
    public static IReadOnlyDictionary<string, MatArray> Parse(DataContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (path, bytes) = (content.Path, content.Bytes);
        if (bytes.Length < HeaderBytes || bytes[124] != 0 || bytes[125] != 1 || bytes[126] != 'I' || bytes[127] != 'M')
        {
            throw new DataFormatException(
                path, 124, "the mark 00 01 'IM' of a little-endian MATLAB level 5 file", "something else");
        }

        var arrays = new Dictionary<string, MatArray>(StringComparer.Ordinal);
        for (var at = HeaderBytes; at < bytes.Length;)
        {
            var element = ReadElement(path, bytes, at, at);
            var start = at;
            at = element.Next;
            if (element.Type == Compressed)
            {
                var inflated = Inflate(path, start, bytes, element);
                element = ReadElement(path, inflated, 0, start);
                ReadMatrix(path, inflated, element, start, arrays);
            }
            else
            {
                ReadMatrix(path, bytes, element, start, arrays);
            }
        }

        return arrays;
    }

    /// <summary>An array of the expected shape.</summary>
    /// <exception cref="DataFormatException">It is missing or has another shape.</exception>
    public static MatArray Get(IReadOnlyDictionary<string, MatArray> arrays, string path, string name, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        if (!arrays.TryGetValue(name, out var array))
            throw new DataFormatException(path, HeaderBytes, $"an array '{name}'", $"only {string.Join(", ", arrays.Keys)}");

        return (array.Rows, array.Columns) == (rows, columns)
            ? array
            : throw new DataFormatException(
                path, HeaderBytes, $"'{name}' of {rows} x {columns}", $"{array.Rows} x {array.Columns}");
    }

    private static void ReadMatrix(string path, byte[] bytes, Element element, int offset, Dictionary<string, MatArray> arrays)
    {
        if (element.Type != Matrix)
            return;

        var flags = ReadElement(path, bytes, element.Start, offset);
        if (flags.Length < 8 || bytes[flags.Start] is < FirstNumericClass or > LastNumericClass)
            return;

        var sizes = ReadElement(path, bytes, flags.Next, offset);
        var name = ReadElement(path, bytes, sizes.Next, offset);
        var values = ReadElement(path, bytes, name.Next, offset);
        if (sizes.Length != 8 || values.Type is not (UInt8 or Float64))
            return;

        var rows = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizes.Start));
        var columns = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizes.Start + 4));
        if (rows < 0 || columns < 0 || (long)rows * columns * (values.Type == UInt8 ? 1 : sizeof(double)) != values.Length)
            throw new DataFormatException(path, offset, $"{rows} x {columns} values", $"{values.Length} bytes of them");

        arrays[Encoding.ASCII.GetString(bytes, name.Start, name.Length)] = values.Type == UInt8
            ? new MatArray(rows, columns, bytes.AsMemory(values.Start, values.Length))
            : new MatArray(rows, columns, default) { Reals = Reals(bytes.AsSpan(values.Start, values.Length)) };
    }

    private static double[] Reals(ReadOnlySpan<byte> bytes)
    {
        var values = new double[bytes.Length / sizeof(double)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);

        return values;
    }

    private static Element ReadElement(string path, byte[] bytes, int at, int offset)
    {
        if (at > bytes.Length - 8)
        {
            throw new DataFormatException(
                path, offset, "a data element of at least 8 bytes", $"the end after {bytes.Length - at}");
        }

        var tag = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        if (tag >> 16 is > 0 and <= 4 and var small)
        {
            // The small form: length and type share four bytes, and up to four bytes of data follow at once.
            return new Element(tag & 0xFFFF, at + 4, (int)small, at + 8);
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
        if (length > bytes.Length - at - 8)
        {
            throw new DataFormatException(
                path, offset, $"a data element of {length} bytes", $"the end after {bytes.Length - at - 8}");
        }

        // Compressed elements are not padded; the last element's padding may be missing.
        var padded = tag == Compressed ? length : (length + 7) & ~7u;
        return new Element(tag, at + 8, (int)length, (int)Math.Min(at + 8 + padded, bytes.Length));
    }

    private static byte[] Inflate(string path, int offset, byte[] bytes, Element element)
    {
        try
        {
            using var zlib = new ZLibStream(
                new MemoryStream(bytes, element.Start, element.Length, writable: false), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            zlib.CopyTo(inflated);
            return inflated.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw new DataFormatException(path, offset, "a sound zlib stream", exception.Message.TrimEnd('.'), exception);
        }
    }

    private readonly record struct Element(uint Type, int Start, int Length, int Next);
}
