using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Draws marks in a chart whose axes are given as functions to pixels.</summary>
internal sealed class MarkPainter(ICanvas canvas, Chart chart, Func<double, double> x, Func<double, double> y)
{
    private const string Missing = "#bbbbbb";
    private const int LargestCell = 64;

    public void Paint(Mark mark)
    {
        switch (mark)
        {
            case BandMark band:
                Paint(band);
                break;
            case LineMark line:
                Paint(line);
                break;
            case PointMark points:
                Paint(points);
                break;
            case ErrorMark errors:
                for (var i = 0; i < errors.X.Count; i++)
                    PaintError(errors.Color, x(errors.X[i]), y(errors.Low[i]), y(errors.High[i]));

                break;
            case BarMark bars:
                Paint(bars);
                break;
            case HistogramMark histogram:
                Paint(histogram);
                break;
            case HeatMark heat:
                Paint(heat);
                break;
            case ImageMark image:
                canvas.Image(x(image.Left), y(image.Top), x(image.Right) - x(image.Left), y(image.Bottom) - y(image.Top),
                    PngFile.Encode(image.Image.Width, image.Image.Height, 1, image.Image.Pixels));
                break;
            default:
                throw new InvalidOperationException($"No way to draw a {mark.GetType().Name}.");
        }
    }

    private void Paint(BandMark band)
    {
        var start = 0;
        while (start < band.X.Count)
        {
            var end = start;
            while (end < band.X.Count && double.IsFinite(y(band.Low[end])) && double.IsFinite(y(band.High[end]))
                && double.IsFinite(x(band.X[end])))
            {
                end++;
            }

            if (end - start > 1)
            {
                var range = Enumerable.Range(start, end - start);
                canvas.Area(range.Select(i => (x(band.X[i]), y(band.High[i])))
                    .Concat(range.Reverse().Select(i => (x(band.X[i]), y(band.Low[i])))), band.Color, band.Opacity);
            }

            start = Math.Max(end, start + 1);
        }
    }

    private void Paint(LineMark line)
    {
        canvas.Polyline(line.X.Zip(line.Y, (a, b) => (x(a), y(b))), line.Color, line.Width, line.Dashed);
        if (!line.Dots)
            return;

        foreach (var (a, b) in line.X.Zip(line.Y))
        {
            if (double.IsFinite(x(a)) && double.IsFinite(y(b)))
                canvas.Circle(x(a), y(b), 3, line.Color);
        }
    }

    private void Paint(PointMark points)
    {
        for (var i = 0; i < points.X.Count; i++)
        {
            var (px, py) = (x(points.X[i]), y(points.Y[i]));
            if (!double.IsFinite(px) || !double.IsFinite(py))
                continue;

            var color = points.Values is null ? points.Color : chart.Scale!.At(points.Values[i]) is var t && double.IsNaN(t)
                ? Missing : Palette.At(t);
            canvas.Circle(px, py, points.Radius, color, points.Opacity);
        }
    }

    private void PaintError(string color, double px, double low, double high)
    {
        if (double.IsFinite(low) && double.IsFinite(high) && double.IsFinite(px))
        {
            canvas.Line(px, low, px, high, color, 1.4);
            canvas.Line(px - 3.5, low, px + 3.5, low, color, 1.4);
            canvas.Line(px - 3.5, high, px + 3.5, high, color, 1.4);
        }
    }

    private void Paint(BarMark bars)
    {
        const double Half = 0.36;
        for (var i = 0; i < bars.Values.Count; i++)
        {
            if (!double.IsFinite(bars.Values[i]))
                continue;

            if (bars.Horizontal)
            {
                var (from, to) = (x(Math.Min(0, bars.Values[i])), x(Math.Max(0, bars.Values[i])));
                canvas.Rectangle(from, y(i + Half), to - from, y(i - Half) - y(i + Half), bars.Color, 0.9);
                if (bars.Errors is { } spans)
                    canvas.Line(x(spans[i].Low), y(i), x(spans[i].High), y(i), Palette.Ink, 1.4);
            }
            else
            {
                var (top, bottom) = (y(Math.Max(0, bars.Values[i])), y(Math.Min(0, bars.Values[i])));
                canvas.Rectangle(x(i - Half), top, x(i + Half) - x(i - Half), bottom - top, bars.Color, 0.9);
                if (bars.Errors is { } spans)
                    PaintError(Palette.Ink, x(i), y(spans[i].Low), y(spans[i].High));
            }
        }
    }

    private void Paint(HistogramMark histogram)
    {
        var outline = new List<(double X, double Y)> { (x(histogram.Edges[0]), y(0)) };
        for (var i = 0; i < histogram.Heights.Count; i++)
        {
            outline.Add((x(histogram.Edges[i]), y(histogram.Heights[i])));
            outline.Add((x(histogram.Edges[i + 1]), y(histogram.Heights[i])));
        }

        outline.Add((x(histogram.Edges[^1]), y(0)));
        canvas.Area(outline, histogram.Color, 0.22);
        canvas.Polyline(outline, histogram.Color, 1.4);
    }

    // One image, not a rectangle a cell: 300 epochs of 100 units are 30,000 cells. Uneven cells are laid out on the finest of
    // them.
    private void Paint(HeatMark heat)
    {
        var (columns, rows) = (Repeats([.. heat.X.Select(x)]), Repeats([.. heat.Y.Select(y)]));
        // Renderers smooth what they enlarge: cells are given as many pixels as they will take at twice the size.
        Enlarge(columns, 2 * Math.Abs(x(heat.X[^1]) - x(heat.X[0])));
        Enlarge(rows, 2 * Math.Abs(y(heat.Y[^1]) - y(heat.Y[0])));
        var (width, height) = (columns.Sum(), rows.Sum());
        var pixels = new byte[width * height * 3];
        var py = height;
        for (var row = 0; row < rows.Length; row++)
        {
            for (var i = 0; i < rows[row]; i++)
            {
                py--;
                var at = py * width * 3;
                for (var column = 0; column < columns.Length; column++)
                {
                    var t = chart.Scale!.At(heat.Cells[row, column]);
                    var (r, g, b) = double.IsNaN(t) ? ((byte)235, (byte)235, (byte)235) : Palette.Rgb(t);
                    for (var j = 0; j < columns[column]; j++)
                    {
                        (pixels[at], pixels[at + 1], pixels[at + 2]) = (r, g, b);
                        at += 3;
                    }
                }
            }
        }

        canvas.Image(x(heat.X[0]), y(heat.Y[^1]), x(heat.X[^1]) - x(heat.X[0]), y(heat.Y[0]) - y(heat.Y[^1]),
            PngFile.Encode(width, height, 3, pixels));
    }

    private static void Enlarge(int[] repeats, double size)
    {
        var factor = Math.Max(1, (int)Math.Ceiling(size / repeats.Sum()));
        for (var i = 0; i < repeats.Length; i++)
            repeats[i] *= factor;
    }

    private static int[] Repeats(double[] edges)
    {
        var sizes = edges.Zip(edges.Skip(1), (a, b) => Math.Abs(b - a)).ToArray();
        var smallest = sizes.Min();
        return smallest > 0 && sizes.Max() / smallest is > 1.01 and <= LargestCell
            ? Array.ConvertAll(sizes, s => Math.Max(1, (int)Math.Round(s / smallest))) : Array.ConvertAll(sizes, _ => 1);
    }
}
