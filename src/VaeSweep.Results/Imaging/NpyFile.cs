using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VaeSweep.Results.Imaging;

/// <summary>An array as NumPy's files hold it.</summary>
/// <param name="Shape">Sizes, the slowest first.</param>
/// <param name="Values">Row-major.</param>
public sealed record NpyArray(IReadOnlyList<int> Shape, float[] Values);

/// <summary>Reads and writes NumPy's .npy files (version 1.0; readers of 2.0 and 3.0 headers, too).</summary>
/// <remarks>numpy.lib.format: magic, version, header length, a Python literal with descr, fortran_order and shape, padded so that
/// data begins at a multiple of 64.</remarks>
public static partial class NpyFile
{
    private const int Alignment = 64;
    private static readonly byte[] _magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>float32, little-endian, row-major.</summary>
    public static byte[] Encode(NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        var shape = string.Join(", ", array.Shape.Select(n => n.ToString(CultureInfo.InvariantCulture)))
            + (array.Shape.Count == 1 ? "," : "");
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";
        var start = _magic.Length + 4;
        var length = (start + header.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var file = new byte[length + (array.Values.Length * sizeof(float))];
        _magic.CopyTo(file, 0);
        file[_magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(_magic.Length + 2), (ushort)(length - start));
        Encoding.ASCII.GetBytes(header.PadRight(length - start - 1) + "\n", file.AsSpan(start));
        for (var i = 0; i < array.Values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(length + (i * sizeof(float))), array.Values[i]);

        return file;
    }

    /// <summary>Reads float32, float64, uint8, bool and int64 arrays; grey bytes become intensities from 0 to 1.</summary>
    /// <exception cref="ResultsException">No such file, another element type, or column-major.</exception>
    public static NpyArray Decode(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 10 || !file.StartsWith(_magic))
            throw new ResultsException($"{name} is no .npy file.");

        var wide = file[_magic.Length] >= 2;
        var start = _magic.Length + (wide ? 6 : 4);
        var length = wide ? BinaryPrimitives.ReadInt32LittleEndian(file[(_magic.Length + 2)..])
            : BinaryPrimitives.ReadUInt16LittleEndian(file[(_magic.Length + 2)..]);
        if (length < 0 || length > file.Length - start
            || HeaderPattern().Match(Encoding.UTF8.GetString(file.Slice(start, length))) is not { Success: true } header)
        {
            throw new ResultsException($"{name} has a header that is not NumPy's.");
        }

        if (header.Groups["fortran"].Value == "True")
            throw new ResultsException($"{name} is column-major; save numpy.ascontiguousarray(array) instead.");

        int[] shape = [.. header.Groups["shape"].Value.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        var count = shape.Aggregate(1, (product, size) => checked(product * size));
        return new NpyArray(shape, Values(file[(start + length)..], header.Groups["type"].Value, count, name));
    }

    private static float[] Values(ReadOnlySpan<byte> data, string type, int count, string name)
    {
        var size = type switch
        {
            "<f4" => 4,
            "<f8" or "<i8" => 8,
            "|u1" or "|b1" => 1,
            _ => throw new ResultsException(
                $"{name} holds elements of type {type}; float32, float64, int64, uint8 and bool are read."),
        };
        if (data.Length < (long)count * size)
        {
            throw new ResultsException($"{name} is cut: {count} elements of {size} bytes are promised, {data.Length} bytes "
                + "are there.");
        }

        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var at = data[(i * size)..];
            values[i] = type switch
            {
                "<f4" => BinaryPrimitives.ReadSingleLittleEndian(at),
                "<f8" => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
                "<i8" => BinaryPrimitives.ReadInt64LittleEndian(at),
                "|u1" => at[0] / 255f,
                _ => at[0],
            };
        }

        return values;
    }

    [GeneratedRegex(
        @"^\s*\{\s*'descr':\s*'(?<type>[^']+)',\s*'fortran_order':\s*(?<fortran>True|False),"
            + @"\s*'shape':\s*\((?<shape>[0-9, ]*)\),?\s*\}\s*(#[^\n]*)?\s*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex HeaderPattern();
}
