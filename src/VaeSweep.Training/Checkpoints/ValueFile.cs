using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Training;

/// <summary>Lists of numbers in NumPy's format, which `numpy.load` reads: float64, little-endian, one dimension.</summary>
/// <remarks>NumPy Enhancement Proposal 1: 93 'NUMPY', version 1.0, the header's length (uint16), a Python dictionary padded with
/// blanks so that the values begin at a multiple of 64, the values.</remarks>
internal static class ValueFile
{
    private const int Prefix = 10;
    private static readonly byte[] _magic = [0x93, .. "NUMPY"u8, 1, 0];

    /// <summary>Writes a file durably and whole.</summary>
    /// <exception cref="IOException">It cannot be written; nothing is left behind.</exception>
    public static void Save(string path, ReadOnlySpan<double> values)
    {
        var dictionary = $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({values.Length},), }}";
        var padded = (dictionary.Length + 1 + Prefix + 63) / 64 * 64 - Prefix;
        var header = Encoding.ASCII.GetBytes(dictionary.PadRight(padded - 1) + "\n");
        var data = MemoryMarshal.AsBytes(values).ToArray();
        AtomicFile.Write(path, stream =>
        {
            stream.Write(_magic);
            Span<byte> length = stackalloc byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
            stream.Write(length);
            stream.Write(header);
            stream.Write(data);
        });
    }

    /// <summary>Reads a file that <see cref="Save"/> or NumPy wrote.</summary>
    /// <exception cref="InvalidDataException">It is cut, or no list of little-endian float64.</exception>
    public static double[] Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < Prefix || !bytes.AsSpan(0, _magic.Length).SequenceEqual(_magic))
            throw new InvalidDataException($"{path} is no NumPy 1.0 array: {bytes.Length} bytes without its mark.");

        var start = Prefix + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(_magic.Length));
        var header = start <= bytes.Length ? Encoding.ASCII.GetString(bytes, Prefix, start - Prefix) : "";
        var count = (bytes.Length - start) / sizeof(double);
        if (!header.Contains("'<f8'", StringComparison.Ordinal)
            || !header.Contains($"'shape': ({count},)", StringComparison.Ordinal)
            || start + (count * sizeof(double)) != bytes.Length)
        {
            throw new InvalidDataException(
                $"{path} is no whole list of float64: {bytes.Length} bytes with the header {header.Trim()}.");
        }

        return MemoryMarshal.Cast<byte, double>(bytes.AsSpan(start)).ToArray();
    }
}
