using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Tests;

public sealed class ImageFileTests
{
    [Fact]
    public void A_picture_is_read_as_it_was_written()
    {
        byte[] pixels = [.. Enumerable.Range(0, 6 * 4).Select(i => (byte)(i * 10))];

        var read = PngReader.Decode(PngFile.Encode(6, 4, 1, pixels), "x.png");

        Assert.Equal((6, 4), (read.Width, read.Height));
        Assert.Equal(pixels, read.Pixels);
    }

    // python3: import zlib, struct, base64; rows with the filters 0, 1, 2, 3 and 4 over a 3 by 5 grey picture of 0, 10, 20, ...,
    // 140: see filters.py beside this file.
    [Fact]
    public void Every_filter_is_undone()
    {
        var file = Convert.FromBase64String(Filters);

        var read = PngReader.Decode(file, "filters.png");

        Assert.Equal(Enumerable.Range(0, 15).Select(i => (byte)(i * 10)), read.Pixels);
    }

    [Fact]
    public void An_array_is_read_as_it_was_written()
    {
        var array = new NpyArray([2, 3], [1, 2, 3, -4.5f, float.Pi, 0]);

        var read = NpyFile.Decode(NpyFile.Encode(array), "x.npy");

        Assert.Equal(array.Shape, read.Shape);
        Assert.Equal(array.Values, read.Values);
        Assert.Equal(0, (NpyFile.Encode(array).Length - 24) % 64);
    }

    [Fact]
    public void What_is_no_such_file_is_refused_by_name()
    {
        Assert.Contains("x.png is no PNG file",
            Assert.Throws<ResultsException>(() => PngReader.Decode([1, 2, 3], "x.png")).Message, StringComparison.Ordinal);
        Assert.Contains("x.npy is no .npy file",
            Assert.Throws<ResultsException>(() => NpyFile.Decode([1, 2, 3], "x.npy")).Message, StringComparison.Ordinal);
    }

    // Made by filters.py.
    private const string Filters =
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFCAAAAAClGgl+AAAAGklEQVR4nGNg4BJhlOPiYpKTk2O2ERFhAbIBC7gBS2gOP6wAAAAASUVORK5CYII=";
}
