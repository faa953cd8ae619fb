using System.Buffers.Binary;

namespace VaeSweep.Training.Data;

/// <summary>Reads the binary matrices of the NORB data sets, which end in .mat but are no MATLAB files.</summary>
/// <remarks>Y. LeCun, F. J. Huang, "The NORB dataset": the element type's mark, the number of dimensions, at least three sizes,
/// all little-endian 32-bit integers, then the values, last dimension fastest. A matrix of fewer dimensions has sizes of 1 to
/// fill up.</remarks>
public static class NorbReader
{
    /// <summary>Mark of a matrix of bytes.</summary>
    public const uint Bytes = 0x1E3D4C55;

    /// <summary>Mark of a matrix of 32-bit integers.</summary>
    public const uint Integers = 0x1E3D4C54;

    private const int LeastSizes = 3;

    private static readonly Dictionary<uint, string> _types = new()
    {
        [0x1E3D4C51] = "single precision", [0x1E3D4C52] = "packed", [0x1E3D4C53] = "double precision", [Integers] = "integers",
        [Bytes] = "bytes", [0x1E3D4C56] = "short integers",
    };

    /// <summary>The values of a matrix of bytes.</summary>
    /// <param name="sizes">The expected sizes.</param>
    /// <exception cref="DataFormatException">Another kind of file, another type or shape, or cut short.</exception>
    public static ReadOnlyMemory<byte> ParseBytes(DataContent content, params ReadOnlySpan<int> sizes) =>
        Parse(content, Bytes, elementBytes: 1, sizes);

    /// <summary>The values of a matrix of integers.</summary>
    /// <inheritdoc cref="ParseBytes"/>
    public static int[] ParseIntegers(DataContent content, params ReadOnlySpan<int> sizes)
    {
        var values = Parse(content, Integers, sizeof(int), sizes);
        var numbers = new int[values.Length / sizeof(int)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(values.Span[(i * sizeof(int))..]);

        return numbers;
    }

    private static ReadOnlyMemory<byte> Parse(DataContent content, uint mark, int elementBytes, ReadOnlySpan<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (path, bytes) = (content.Path, content.Bytes);
        var header = sizeof(int) * (2 + Math.Max(LeastSizes, sizes.Length));
        if (bytes.Length < header)
        {
            throw new DataFormatException(
                path, 0, $"a NORB matrix with a header of {header} bytes", $"{bytes.Length} bytes in all");
        }

        var found = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (found != mark)
        {
            throw new DataFormatException(
                path, 0, $"the mark {mark:X8} of a NORB matrix of {_types[mark]}", _types.TryGetValue(found, out var type)
                    ? $"that of {type}" : $"{found:X8}");
        }

        var dimensions = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(int)));
        var shape = new int[sizes.Length];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(int) * (2 + i)));

        if (dimensions != sizes.Length || !sizes.SequenceEqual(shape))
        {
            throw new DataFormatException(
                path, sizeof(int), $"{sizes.Length} dimensions, {string.Join(" x ", sizes.ToArray())}",
                $"{dimensions}, beginning with {string.Join(" x ", shape)}");
        }

        var length = (long)elementBytes;
        foreach (var size in sizes)
            length *= size;

        return bytes.Length - header == length
            ? bytes.AsMemory(header)
            : throw new DataFormatException(
                path, header, $"{length} bytes of values", $"{bytes.Length - header}: cut short or another file");
    }
}
