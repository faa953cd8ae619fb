using System.IO.Compression;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class IdxReaderTests
{
    // 3 x 2 x 2 bytes.
    private static readonly byte[] _sound =
        [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sound_file_is_read_plain_or_compressed(bool compressed)
    {
        using var folder = new TempFolder();
        var path = folder.Write("images", compressed ? Gzip(_sound) : _sound);

        var array = IdxReader.Read(path, dimensions: 3);

        Assert.Equal([3, 2, 2], array.Sizes);
        Assert.Equal(_sound[16..], array.Values.ToArray());
    }

    [Fact]
    public void A_file_cut_short_at_any_byte_is_refused_with_the_place()
    {
        for (var length = 0; length < _sound.Length; length++)
        {
            var content = new DataContent("cut", _sound[..length]);

            var exception = Assert.Throws<DataFormatException>(() => IdxReader.Parse(content));

            Assert.Equal(length, exception.Offset);
            Assert.Equal("cut", exception.Path);
            Assert.Contains($"the end of the file after {length} bytes", exception.Message);
        }
    }

    [Fact]
    public void A_compressed_file_cut_short_at_any_byte_is_refused()
    {
        using var folder = new TempFolder();
        var compressed = Gzip(_sound);
        for (var length = 2; length < compressed.Length; length++)
        {
            var path = folder.Write("cut", compressed[..length]);

            Assert.Throws<DataFormatException>(() => IdxReader.Read(path));
        }
    }

    [Fact]
    public void A_compressed_file_with_any_byte_flipped_is_refused_or_reads_the_same()
    {
        using var folder = new TempFolder();
        var compressed = Gzip(_sound);
        var refused = 0;
        for (var at = 0; at < compressed.Length; at++)
        {
            var flipped = (byte[])compressed.Clone();
            flipped[at] ^= 0x10;
            var path = folder.Write("flipped", flipped);

            try
            {
                // Time stamp and system of the gzip header do not matter.
                Assert.Equal(_sound[16..], IdxReader.Read(path).Values.ToArray());
            }
            catch (DataFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, compressed.Length - 10, compressed.Length);
    }

    [Theory]
    [InlineData(0, 1, 0, "two zero bytes")]
    [InlineData(2, 0x0D, 2, "0x0d (32-bit float)")]
    [InlineData(2, 0x42, 2, "not an IDX type")]
    [InlineData(3, 1, 3, "3 dimensions")]
    [InlineData(7, 0, 4, "size 0")]
    [InlineData(4, 0xFF, 4, "a size that makes")]
    [InlineData(7, 4, 28, "32 bytes for 4 x 2 x 2")]
    [InlineData(7, 2, 24, "4 more bytes")]
    public void A_wrong_header_is_refused_with_what_was_expected(int at, byte value, long offset, string message)
    {
        var bytes = (byte[])_sound.Clone();
        bytes[at] = value;

        var exception = Assert.Throws<DataFormatException>(() =>
            IdxReader.Parse(new DataContent("/data/images", bytes), dimensions: 3));

        Assert.Equal(offset, exception.Offset);
        Assert.Contains(message, exception.Message);
        Assert.StartsWith($"/data/images: at byte {offset}: expected ", exception.Message);
    }

    [Fact]
    public void A_byte_to_spare_is_refused()
    {
        var exception = Assert.Throws<DataFormatException>(() => IdxReader.Parse(new DataContent("long", [.. _sound, 0])));

        Assert.Contains("1 more bytes", exception.Message);
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
            gzip.Write(bytes);

        return buffer.ToArray();
    }
}
