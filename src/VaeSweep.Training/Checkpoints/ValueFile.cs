using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Lists of numbers in NumPy's format, which `numpy.load` reads: float64, little-endian, one dimension.</summary>
/// <remarks>NumPy Enhancement Proposal 1: 93 'NUMPY', version 1.0, the header's length (uint16), a Python dictionary padded with
/// blanks so that the values begin at a multiple of 64, the values. Behind the dictionary stands the CRC-32C of the values, as a
/// comment, which readers of Python literals pass over.</remarks>
internal static partial class ValueFile
{
    private const int Prefix = 10;
    private static readonly byte[] _magic = [0x93, .. "NUMPY"u8, 1, 0];

    /// <summary>Writes a file durably and whole.</summary>
    /// <exception cref="IOException">It cannot be written; nothing is left behind.</exception>
    public static void Save(string path, ReadOnlySpan<double> values)
    {
        var dictionary = $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({values.Length},), }}";
        var data = MemoryMarshal.AsBytes(values).ToArray();
        var sum = $"# crc32c {Crc32C.Of(data):x8}\n";
        var padded = (dictionary.Length + 1 + sum.Length + Prefix + 63) / 64 * 64 - Prefix;
        var header = Encoding.ASCII.GetBytes(dictionary.PadRight(padded - sum.Length) + sum);
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
    /// <exception cref="InvalidDataException">It is cut or damaged, or no list of little-endian float64.</exception>
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

        if (SumPattern().Match(header) is { Success: true } sum
            && sum.Groups["sum"].Value != $"{Crc32C.Of(bytes.AsSpan(start)):x8}")
        {
            throw new InvalidDataException($"{path} is damaged: its values do not match their checksum.");
        }

        return MemoryMarshal.Cast<byte, double>(bytes.AsSpan(start)).ToArray();
    }

    [GeneratedRegex(@"# crc32c (?<sum>[0-9a-f]{8})\s*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SumPattern();
}
