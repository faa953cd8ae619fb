using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class FormatTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_MATLAB_array_is_read_column_by_column(bool compressed)
    {
        var arrays = MatReader.Parse(new DataContent("x.mat", Mat("ab", 3, 2, [1, 2, 3, 4, 5, 6], compressed)));

        var array = MatReader.Get(arrays, "x.mat", "ab", 3, 2);

        Assert.Equal([1, 2, 3, 4, 5, 6], array.Values.ToArray());
    }

    [Fact]
    public void A_MATLAB_file_cut_short_is_refused()
    {
        var bytes = Mat("ab", 3, 2, [1, 2, 3, 4, 5, 6], compressed: false);
        for (var length = 0; length < bytes.Length - 8; length++)
        {
            var cut = new DataContent("cut.mat", bytes[..length]);
            if (length == 128)
            {
                Assert.Empty(MatReader.Parse(cut));
                continue;
            }

            Assert.Throws<DataFormatException>(() => MatReader.Parse(cut));
        }
    }

    [Fact]
    public void A_missing_MATLAB_array_or_another_shape_is_refused_with_what_was_found()
    {
        var arrays = MatReader.Parse(new DataContent("x.mat", Mat("ab", 3, 2, [1, 2, 3, 4, 5, 6], compressed: true)));

        Assert.Contains("'train_data', found only ab",
            Assert.Throws<DataFormatException>(() => MatReader.Get(arrays, "x.mat", "train_data", 3, 2)).Message);
        Assert.Contains("'ab' of 2 x 3, found 3 x 2",
            Assert.Throws<DataFormatException>(() => MatReader.Get(arrays, "x.mat", "ab", 2, 3)).Message);
    }

    [Fact]
    public void Text_images_are_read_and_anything_else_is_refused()
    {
        Assert.Equal([0, 255, 255, 255, 0, 0], AmatReader.Parse(Text("0 1 1\n1 0 0\n"), 3));
        Assert.Throws<DataFormatException>(() => AmatReader.Parse(Text("0 1 1\n1 0 0"), 3));
        Assert.Throws<DataFormatException>(() => AmatReader.Parse(Text(string.Empty), 3));
        Assert.Equal(8, Assert.Throws<DataFormatException>(() => AmatReader.Parse(Text("0 1 1\n1 2 0\n"), 3)).Offset);
        Assert.Equal(4, Assert.Throws<DataFormatException>(() => AmatReader.Parse(Text("0 1 1 1 0 0\n"), 3)).Offset);

        static DataContent Text(string text) => new("x.amat", Encoding.ASCII.GetBytes(text));
    }

    [Fact]
    public void A_NumPy_array_is_read_and_another_type_or_shape_is_refused()
    {
        var bytes = new DataContent("x.npz", Npz("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3), }\n"));
        var floats = new DataContent("x.npz", Npz("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n"));

        Assert.Equal([1, 0, 1, 0, 1, 1], NpzReader.Parse(bytes, "images", 2, 3));
        Assert.Throws<DataFormatException>(() => NpzReader.Parse(bytes, "images", 3, 2));
        Assert.Throws<DataFormatException>(() => NpzReader.Parse(bytes, "labels", 2, 3));
        Assert.Throws<DataFormatException>(() => NpzReader.Parse(floats, "images", 2, 3));
        Assert.Throws<DataFormatException>(() => NpzReader.Parse(new DataContent("x.npz", bytes.Bytes[..40]), "images", 2, 3));
    }

    private static byte[] Mat(string name, int rows, int columns, byte[] values, bool compressed)
    {
        byte[] sizes = [.. Int(rows), .. Int(columns)];
        byte[] inner = [.. Element(6, [compressed ? (byte)6 : (byte)9, 0, 0, 0, 0, 0, 0, 0]), .. Element(5, sizes),
            .. Int(1 | (name.Length << 16)), .. Encoding.ASCII.GetBytes(name.PadRight(4, '\0')), .. Element(2, values)];
        var matrix = Element(14, inner);
        byte[] header = [.. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124)), 0, 1, (byte)'I', (byte)'M'];
        if (!compressed)
            return [.. header, .. matrix];

        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(matrix);

        return [.. header, .. Int(15), .. Int((int)buffer.Length), .. buffer.ToArray()];
    }

    private static byte[] Element(int type, byte[] data) =>
        [.. Int(type), .. Int(data.Length), .. data, .. new byte[(8 - data.Length % 8) % 8]];

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Npz(string header)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("images.npy").Open();
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 1, 0, 1, 1]);
        }

        return buffer.ToArray();
    }
}
