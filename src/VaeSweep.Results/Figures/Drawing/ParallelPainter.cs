namespace VaeSweep.Results.Figures;

/// <summary>Draws parallel coordinates.</summary>
internal sealed class ParallelPainter(ParallelPlot plot, double width)
{
    private const double TickSize = 10.5;
    private const double LabelSize = 11;
    private const double PlotHeight = 280;
    private const double LeastSide = 60;
    private const double Longest = 110;
    private const double Away = 6;
    private const double Above = 30;
    private const string AxisColor = "#555555";

    private readonly AxisRange[] _ranges =
        [.. plot.Axes.Select((axis, i) => AxisRange.Of(axis, plot.Lines.Select(l => l[i]), tight: false, zero: false))];

    public double Height => Above + PlotHeight + 14;

    public void Paint(ICanvas canvas, double x, double y)
    {
        var (top, bottom) = (y + Above, y + Above + PlotHeight);
        var last = plot.Axes.Count - 1;
        var (left, right) = (RoomFor(0), RoomFor(last));

        // The best are drawn last, on top of the others.
        foreach (var line in plot.Lines.OrderBy(l => double.IsNaN(plot.Scale.At(l[^1])) ? -1 : plot.Scale.At(l[^1])))
        {
            var t = plot.Scale.At(line[^1]);
            canvas.Polyline(line.Select((v, i) => (AxisAt(i), bottom - (_ranges[i].At(v) * PlotHeight))), double.IsNaN(t)
                ? "#cccccc" : Palette.At(t), 1.1, opacity: plot.Lines.Count > 200 ? 0.35 : 0.75);
        }

        var slot = (width - left - right) / Math.Max(1, last);
        var staggered = Enumerable.Range(1, last).Any(i => Middle(i) - Middle(i - 1) < Half(i) + Half(i - 1) + 8);
        for (var i = 0; i <= last; i++)
        {
            canvas.Line(AxisAt(i), top, AxisAt(i), bottom, AxisColor, 1.2);
            canvas.Text(Middle(i), y + (i % 2 == 0 && staggered ? 9 : 22), Name(i), LabelSize, "middle");
            var (places, texts) = _ranges[i].Ticks(6);
            foreach (var (place, text) in places.Zip(texts))
            {
                var at = bottom - (_ranges[i].At(place) * PlotHeight);
                if (at >= top - 0.5 && at <= bottom + 0.5)
                {
                    canvas.Line(AxisAt(i) - 3, at, AxisAt(i) + 3, at, AxisColor);
                    var (tx, anchor) = i == last ? (AxisAt(i) + Away, "start") : (AxisAt(i) - Away, "end");
                    var label = TextWidth.Fit(text, TickSize, Math.Max(40, Math.Min(slot - 14, Longest)));
                    // Paper behind it: a hundred lines would strike it through.
                    var wide = TextWidth.Of(label, TickSize);
                    canvas.Rectangle((anchor == "end" ? tx - wide : tx) - 2, at - (TickSize * 0.6), wide + 4, TickSize * 1.2,
                        "#ffffff", 0.85);
                    canvas.Text(tx, at + (TickSize * 0.36), label, TickSize, anchor);
                }
            }
        }

        string Name(int i) => TextWidth.Fit(plot.Axes[i].Text, LabelSize, (2 * slot) - 8);

        double Half(int i) => TextWidth.Of(Name(i), LabelSize) / 2;

        // Those at the ends are as long as others, and nothing is drawn beyond the figure.
        double Middle(int i) => Math.Clamp(AxisAt(i), x + Half(i), Math.Max(x + Half(i), x + width - Half(i)));

        double AxisAt(int i) => x + left + (last == 0 ? 0 : i * (width - left - right) / last);
    }

    /// <summary>Beside an axis at an end, for what its ticks say.</summary>
    private double RoomFor(int axis) => Math.Max(
        LeastSide,
        Away + 2 + Math.Min(
            Longest, _ranges[axis].Ticks(6).Texts.Select(text => TextWidth.Of(text, TickSize)).DefaultIfEmpty().Max()));
}
