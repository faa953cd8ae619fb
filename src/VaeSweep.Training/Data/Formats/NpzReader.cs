using System.IO.Compression;
using System.Text;

namespace VaeSweep.Training.Data;

/// <summary>Reads arrays of one-byte values (bool, uint8) from a NumPy archive.</summary>
/// <remarks>NumPy Enhancement Proposal 1: 93 'NUMPY', version, length of the header, a Python dictionary, the values.</remarks>
public static class NpzReader
{
    /// <param name="name">Of the array, without .npy.</param>
    /// <param name="sizes">The expected shape.</param>
    /// <returns>Row-major.</returns>
    /// <exception cref="DataFormatException">No such array, another type, order or shape, or a damaged archive.</exception>
    public static byte[] Parse(DataContent content, string name, params ReadOnlySpan<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = content.Path;
        try
        {
            using var archive = new ZipArchive(new MemoryStream(content.Bytes, writable: false));
            var entry = archive.GetEntry(name + ".npy")
                ?? throw new DataFormatException(
                    path, 0, $"an array '{name}'", $"only {string.Join(", ", archive.Entries.Select(other => other.Name))}");
            using var stream = entry.Open();
            Span<byte> start = stackalloc byte[10];
            stream.ReadExactly(start);
            if (start[0] != 0x93 || !start[1..8].SequenceEqual("NUMPY\u0001\0"u8))
                throw new DataFormatException(path, 0, "the mark of a NumPy 1.0 array", Convert.ToHexStringLower(start[..8]));

            var header = new byte[start[8] | (start[9] << 8)];
            stream.ReadExactly(header);
            var text = Encoding.ASCII.GetString(header);
            var shape = $"'shape': ({string.Join(", ", sizes.ToArray())})";
            if (!(text.Contains("'|b1'", StringComparison.Ordinal) || text.Contains("'|u1'", StringComparison.Ordinal))
                || !text.Contains("'fortran_order': False", StringComparison.Ordinal)
                || !text.Contains(shape, StringComparison.Ordinal))
            {
                throw new DataFormatException(path, 10, $"'{name}' of bytes, row-major, {shape}", text.Trim());
            }

            var length = 1;
            foreach (var size in sizes)
                length = checked(length * size);

            var values = GC.AllocateUninitializedArray<byte>(length);
            stream.ReadExactly(values);
            return stream.ReadByte() < 0
                ? values
                : throw new DataFormatException(path, length, $"the end of '{name}'", "more bytes");
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new DataFormatException(
                path, 0, $"a sound NumPy archive with '{name}'", exception.Message.TrimEnd('.'), exception);
        }
    }
}
