using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Tests.Figures;

public sealed class DrawingTests
{
    [Fact]
    public void Ticks_lie_within_the_range_at_even_round_steps() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(int, ushort)>(), range =>
        {
            var (min, max) = (range.Item1 / 7.0, (range.Item1 / 7.0) + (range.Item2 / 3.0) + 0.01);

            var ticks = Ticks.Linear(min, max, 6);

            var slack = 1e-6 * (max - min);
            return ticks.Count is >= 2 and <= 8 && ticks.All(t => t >= min - slack && t <= max + slack)
                && Enumerable.Range(2, ticks.Count - 2).All(i => Math.Abs(ticks[i] - (2 * ticks[i - 1]) + ticks[i - 2]) < slack);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tick_texts_have_the_decimals_they_need_and_no_more()
    {
        Assert.Equal(["-0.5", "0.0", "0.5"], Ticks.Texts([-0.5, 0, 0.5]));
        Assert.Equal(["100", "200"], Ticks.Texts([100, 200]));
        Assert.Equal(["0.001", "0.01", "0.1"], Ticks.Log(0.001, 0.1).Select(Ticks.Text));
    }

    [Fact]
    public void Every_drawing_is_well_formed_whatever_its_texts_say()
    {
        var chart = new Chart("a < b & \"c\"", new ChartAxis("x", "<s>"), new ChartAxis("y"),
            [new LineMark("<&>", "#000000", [0, 1, double.NaN, 3], [1, 2, 3, double.NaN])]);

        var drawing = FigureRenderer.Render(
            new Figure("k", "t < u", [chart, new TileGrid("<", 1, [new GreyImage(1, 1, [7])])], ["n = 1 & that's it"]));

        var texts = XDocument.Parse(drawing.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)
            .ToList();
        Assert.Contains("a < b & \"c\"", texts);
        Assert.Contains("n = 1 & that's it", texts);
    }

    [Fact]
    public void A_png_shows_the_colours_of_the_drawing_and_letters_of_the_program_s_own_font()
    {
        var drawing = new Drawing("t", 100, 40, canvas =>
        {
            canvas.Rectangle(0, 0, 40, 40, "#000000");
            canvas.Text(45, 28, "±∈п", 20);
        });

        var png = PngReader.Decode(drawing.ToPng(1), "t.png");

        Assert.Equal(0, png.Pixels[(20 * 100) + 20]);
        Assert.Equal(255, png.Pixels[(2 * 100) + 98]);
        var dark = Enumerable.Range(0, 100).Where(x => Enumerable.Range(0, 40).Any(y => png.Pixels[(y * 100) + x] < 128))
            .ToList();
        // Three letters of 17, 18 and 13 pixels; a font without them would draw boxes of another width.
        Assert.InRange(dark[^1], 85, 99);
    }

    [Fact]
    public void A_pdf_is_one_page_of_the_drawing_s_size_with_its_font_inside()
    {
        var figure = new Figure("k", "Bounds (nats)", [new Chart("c", new ChartAxis("x"), new ChartAxis("y"),
            [new LineMark("", "#123456", [0, 1], [1, 2]), new ImageMark(new GreyImage(2, 1, [7, 200]), 0, 1, 1, 2)])], ["n = 1"]);
        var drawing = FigureRenderer.Render(figure, 640);

        var pdf = Encoding.Latin1.GetString(drawing.ToPdf());

        Assert.StartsWith("%PDF-1.", pdf, StringComparison.Ordinal);
        Assert.Contains($"/MediaBox [0 0 480 {(drawing.Height * 0.75).ToString("0.##", CultureInfo.InvariantCulture)[..3]}", pdf,
            StringComparison.Ordinal);
        Assert.Contains("/FontFile2", pdf, StringComparison.Ordinal);
        // Images keep their pixels: none is made a JPEG.
        Assert.Contains("/Subtype /Image", pdf, StringComparison.Ordinal);
        Assert.DoesNotContain("DCTDecode", pdf, StringComparison.Ordinal);
        Assert.Equal(pdf, Encoding.Latin1.GetString(FigureRenderer.Render(figure, 640).ToPdf()));
    }

    [Fact]
    public void A_line_is_interrupted_where_a_value_is_missing()
    {
        var chart = new Chart("", new ChartAxis("x"), new ChartAxis("y"),
            [new LineMark("", "#123456", [0, 1, 2, 3, 4], [1, 2, double.NaN, 2, 1])]);

        var svg = XDocument.Parse(FigureRenderer.Render(new Figure("k", "t", [chart], [])).ToSvg());

        var path = svg.Descendants().Single(e => (string?)e.Attribute("stroke") == "#123456");
        Assert.Equal(2, ((string)path.Attribute("d")!).Count(c => c == 'M'));
    }

    [Fact]
    public void A_png_holds_the_pixels_that_were_given()
    {
        byte[] pixels = [0, 50, 100, 150, 200, 250];

        var png = PngFile.Encode(3, 2, 1, pixels);

        // Signature, then chunks of length, type, content, checksum.
        Assert.Equal(3, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(2, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        Assert.Equal(0xae426082u, BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(png.Length - 4)));
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var zlib = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal([0, 0, 50, 100, 0, 150, 200, 250], rows.ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(40)]
    public void As_many_colours_as_things_are_all_different(int count)
    {
        var colors = Enumerable.Range(0, count).Select(i => Palette.Of(i, count, ordered: false)).ToList();

        Assert.Equal(count, colors.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
