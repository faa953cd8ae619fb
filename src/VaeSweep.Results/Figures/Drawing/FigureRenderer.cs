namespace VaeSweep.Results.Figures;

/// <summary>Lays figures out: title, legend, panels, notes.</summary>
public static class FigureRenderer
{
    private const double Margin = 12;
    private const double Gap = 16;
    private const double TitleSize = 15;
    private const double LegendSize = 12;
    private const double NoteSize = 10.5;
    private const double Single = 640;
    private const double Several = 350;
    private const double AxisRoom = 90;
    private const int LongestLegend = 24;
    private const string NoteColor = "#555555";

    /// <param name="width">Pixels; 0 for what the panels ask for.</param>
    public static Drawing Render(Figure figure, double width = 0)
    {
        var columns = Columns(figure);
        if (width <= 0)
        {
            width = (2 * Margin) + (columns == 1
                ? Math.Max(Single, figure.Panels is [ParallelPlot plot] ? plot.Axes.Count * AxisRoom : 0) : (columns * Several)
                + ((columns - 1) * Gap));
        }

        var panelWidth = (width - (2 * Margin) - ((columns - 1) * Gap)) / columns;
        var boxes = Boxes(figure, panelWidth);
        if (columns == 1 && figure.Panels is [TileGrid grid])
            width = Math.Max(420, (2 * Margin) + new TilePainter(grid, panelWidth).Width);

        var titles = TextWidth.Wrap(figure.Title, TitleSize * 1.1, width - (2 * Margin));
        var legend = Legend(figure, width - (2 * Margin));
        var notes = figure.Notes.SelectMany(n => TextWidth.Wrap(n, NoteSize, width - (2 * Margin))).ToList();
        var rows = boxes.Chunk(columns).ToList();
        var legendTop = Margin + (titles.Count * (TitleSize + 5));
        var panelsTop = legendTop + (legend.Count == 0 ? 6 : legend[^1].Y + LegendSize + 10);
        var height = panelsTop + rows.Sum(r => r.Max(b => b.Height)) + ((rows.Count - 1) * Gap) + 6
            + (notes.Count * (NoteSize + 4)) + Margin;

        return new Drawing(figure.Title, width, height, Paint);

        void Paint(ICanvas canvas)
        {
            for (var i = 0; i < titles.Count; i++)
            {
                canvas.Text(Margin, Margin + TitleSize + (i * (TitleSize + 5)), titles[i], TitleSize, bold: true);
            }

            foreach (var entry in legend)
                FigureRenderer.Paint(canvas, entry, Margin, legendTop);

            var y = panelsTop;
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Length; i++)
                    row[i].Paint(canvas, Margin + (i * (panelWidth + Gap)), y);

                y += row.Max(b => b.Height) + Gap;
            }

            y += 6 - Gap;
            foreach (var note in notes)
            {
                y += NoteSize + 4;
                canvas.Text(Margin, y, note, NoteSize, color: NoteColor);
            }
        }
    }

    private static int Columns(Figure figure) => figure.Columns > 0 ? Math.Min(figure.Columns, figure.Panels.Count)
        : figure.Panels.Count switch { 1 => 1, 2 or 4 => 2, _ => 3 };

    private static List<Box> Boxes(Figure figure, double width)
    {
        // Charts of a figure begin at the same distance from their left edge, so that stacked ones line up.
        var left = figure.Panels.OfType<Chart>().Select(c => new ChartPainter(c, width, 0).Left).DefaultIfEmpty(0).Max();
        return [.. figure.Panels.Select(panel =>
        {
            switch (panel)
            {
                case Chart chart:
                    var painter = new ChartPainter(chart, width, left);
                    return new Box(painter.Height, painter.Paint);
                case TileGrid grid:
                    var tiles = new TilePainter(grid, width);
                    return new Box(tiles.Height, tiles.Paint);
                case ParallelPlot plot:
                    var parallel = new ParallelPainter(plot, width);
                    return new Box(parallel.Height, parallel.Paint);
                default:
                    throw new InvalidOperationException($"No way to draw a {panel.GetType().Name}.");
            }
        })];
    }

    private static List<LegendEntry> Legend(Figure figure, double width)
    {
        var marks = figure.Panels.OfType<Chart>().SelectMany(c => c.Marks).Where(m => m.Name.Length > 0)
            .GroupBy(m => m.Name, StringComparer.Ordinal).ToList();
        var entries = new List<LegendEntry>();
        if (marks.Count == 0)
            return entries;

        var (x, y) = (0.0, 0.0);
        if (figure.LegendTitle.Length > 0)
        {
            entries.Add(new LegendEntry(null, figure.LegendTitle + ":", 0, 0));
            x = TextWidth.Of(figure.LegendTitle + ":", LegendSize) + 12;
        }

        var texts = marks.Take(LongestLegend)
            .Select(
                m => (Mark: (Mark?)m.FirstOrDefault(k => k is LineMark { Dashed: false }) ?? m.FirstOrDefault(k => k is LineMark)
                    ?? m.First(), Text: m.Key)).ToList();
        if (marks.Count > LongestLegend)
            texts.Add((null!, $"and {marks.Count - LongestLegend} more"));

        // In columns where one line does not hold them all.
        var left = x;
        var shown = texts.ConvertAll(one => TextWidth.Fit(one.Text, LegendSize, width - left - 34));
        var needed = shown.ConvertAll(text => TextWidth.Of(text, LegendSize) + 44);
        var column = left + needed.Sum() - 14 > width ? needed.Max() : 0;
        for (var i = 0; i < texts.Count; i++)
        {
            var wide = Math.Max(column, needed[i]);
            if (x > left && x + wide - 14 > width)
                (x, y) = (left, y + LegendSize + 6);

            entries.Add(new LegendEntry(texts[i].Mark, shown[i], x, y));
            x += wide;
        }

        return entries;
    }

    private static void Paint(ICanvas canvas, LegendEntry entry, double left, double top)
    {
        var (x, y) = (left + entry.X, top + entry.Y + 4);
        var middle = y + (LegendSize * 0.5);
        switch (entry.Mark)
        {
            case null:
                canvas.Text(x, y + (LegendSize * 0.86), entry.Text, LegendSize);
                return;
            case LineMark line:
                canvas.Polyline([(x, middle), (x + 22, middle)], line.Color, 2.2, line.Dashed);
                break;
            case PointMark points:
                canvas.Circle(x + 11, middle, 4, points.Color);
                break;
            default:
                canvas.Rectangle(x + 3, y, 16, LegendSize, entry.Mark.Color,
                    entry.Mark is BandMark band ? 2 * band.Opacity : entry.Mark is HistogramMark ? 0.35 : 0.9);
                break;
        }

        canvas.Text(x + 27, y + (LegendSize * 0.86), entry.Text, LegendSize);
    }

    private sealed record Box(double Height, Action<ICanvas, double, double> Paint);

    private sealed record LegendEntry(Mark? Mark, string Text, double X, double Y);
}
