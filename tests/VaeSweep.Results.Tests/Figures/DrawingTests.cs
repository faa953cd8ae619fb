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

    [Theory]
    [InlineData(0.013, 0.024)]
    [InlineData(1.1, 1.9)]
    [InlineData(95, 105)]
    [InlineData(2e-5, 3e-5)]
    [InlineData(0.02, 0.2)]
    public void An_axis_of_powers_has_two_ticks_at_least(double min, double max)
    {
        var ticks = Ticks.Log(min, max);

        Assert.True(ticks.Count > 1, $"{ticks.Count} ticks from {min} to {max}");
        Assert.All(ticks, tick => Assert.InRange(tick, min * (1 - 1e-9), max * (1 + 1e-9)));
    }

    [Fact]
    public void Nothing_is_written_beyond_a_figure_and_no_name_of_an_axis_over_another()
    {
        var axes = new[] { "a first parameter of many words", "lr", "b", "test ELBO (nats per image)" };
        var plot = new ParallelPlot(
            "",
            [
                new ChartAxis(axes[0]) { Categories = ["xavier_uniform", "a_longer_one_of_them", "no"] },
                .. axes.Skip(1).Select(name => new ChartAxis(name)),
            ],
            [[1, 2, 3, 4], [2, 3, 1, 2]],
            ColorScale.Over("test ELBO", "nats", [2, 4], reversed: false));

        var drawing = FigureRenderer.Render(new Figure("parallel", "t", [plot], []));

        var texts = XDocument.Parse(drawing.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(PlaceOf)
            .ToList();
        Assert.All(texts, text => Assert.True(text.From >= 0 && text.To <= drawing.Width, $"{text}, of {drawing.Width}"));
        var names = texts.Where(text => axes.Contains(text.Text)).ToList();
        Assert.Equal(axes.Length, names.Count);
        foreach (var line in names.GroupBy(name => name.Y))
        {
            var sorted = line.OrderBy(name => name.From).ToList();
            Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From, $"{pair}"));
        }
    }

    [Fact]
    public void A_legend_of_several_lines_stands_in_columns()
    {
        var marks = Enumerable.Range(1, 12).Select(i => (Mark)new LineMark(
            new string('w', 3 + (i * 7 % 11)) + i, "#000000", [0, 1], [i, i])).ToList();
        var figure = new Figure("k", "t", [new Chart("", new ChartAxis("x"), new ChartAxis("y"), marks)], [])
        {
            LegendTitle = "latent",
        };

        var drawing = FigureRenderer.Render(figure);

        var entries = XDocument.Parse(drawing.ToSvg()).Descendants().Where(e => e.Name.LocalName == "text").Select(PlaceOf)
            .Where(text => marks.Exists(mark => mark.Name == text.Text)).ToList();
        Assert.Equal(marks.Select(mark => mark.Name), entries.Select(entry => entry.Text));
        var lines = entries.GroupBy(entry => entry.Y).Select(line => line.Select(entry => entry.From).ToList()).ToList();
        Assert.True(lines.Count > 1);
        Assert.All(lines, line => Assert.Equal(lines[0].Take(line.Count), line));
    }

    [Fact]
    public void The_legend_of_rungs_has_groups_in_their_order_and_loses_no_line()
    {
        List<Mark> marks = [.. new[] { "20", "2", "10", "2", "20", "5" }.Select((name, i) =>
            new LineMark(name, "#000000", [0, 1], [i, i]))];

        var ordered = RungLadder.InOrder(marks, ["2", "5", "7", "10", "20"]);

        Assert.Equal(["2", "5", "10", "20"], ordered.Select(mark => mark.Name).Distinct());
        Assert.Equal(marks.ToHashSet(), ordered.ToHashSet());
        Assert.Equal(marks.Count, ordered.Count);
    }

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

    private static (string Text, double From, double To, double Y) PlaceOf(XElement text)
    {
        var (x, y) = (Number("x"), Number("y"));
        var wide = TextWidth.Of(text.Value, Number("font-size"));
        var before = text.Attribute("text-anchor")?.Value switch { "middle" => wide / 2, "end" => wide, _ => 0 };
        return (text.Value, x - before, x - before + wide, y);

        double Number(string name) => double.TryParse(
            text.Attribute(name)?.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
