using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Draws a chart's axes and marks.</summary>
internal sealed class ChartPainter
{
    private const double TickSize = 11;
    private const double LabelSize = 12;
    private const double TitleSize = 12.5;
    private const double Grid = 4;
    private const double LongestCategory = 170;
    private const string GridColor = "#e6e6e6";
    private const string FrameColor = "#888888";
    private const double ScaleWidth = 12;

    private readonly Chart _chart;
    private readonly AxisRange _x;
    private readonly AxisRange _y;
    private readonly double _inner;
    private readonly double _plotHeight;
    private readonly (IReadOnlyList<double> Places, IReadOnlyList<string> Texts) _xTicks;
    private readonly (IReadOnlyList<double> Places, IReadOnlyList<string> Texts) _yTicks;
    private readonly bool _turned;

    /// <param name="width">Of the whole panel.</param>
    /// <param name="left">Room left of the axes; 0 for as much as this chart needs.</param>
    public ChartPainter(Chart chart, double width, double left)
    {
        _chart = chart;
        var cells = chart.Marks.Any(m => m is HeatMark or ImageMark);
        var bars = chart.Marks.OfType<BarMark>().ToList();
        var histogram = chart.Marks.Any(m => m is HistogramMark);
        _x = AxisRange.Of(chart.X, chart.Marks.SelectMany(MarkExtent.X), cells, bars.Exists(b => b.Horizontal));
        _y = AxisRange.Of(chart.Y, chart.Marks.SelectMany(MarkExtent.Y), cells, bars.Exists(b => !b.Horizontal) || histogram);
        _yTicks = Fitted(_y.Ticks(6));
        Left = Math.Max(left, _yTicks.Texts.Select(t => TextWidth.Of(t, TickSize)).DefaultIfEmpty(0).Max() + Grid + 4
            + (chart.Y.Text.Length > 0 ? LabelSize + 8 : 0));
        Right = chart.Scale is null ? 12 : ScaleWidth + 16 + ScaleTexts(chart.Scale).Max(t => TextWidth.Of(t, TickSize))
            + LabelSize + 10;
        _inner = Math.Max(60, width - Left - Right);
        _plotHeight = chart.Aspect > 0 ? _inner / chart.Aspect
            : bars.Exists(b => b.Horizontal) ? Math.Max(120, 24.0 * (chart.Y.Categories?.Count ?? 6))
            : Math.Clamp(_inner / 1.5, 150, 400);
        _xTicks = _x.Ticks(Math.Max(2, (int)(_inner / 70)));
        var slot = _inner / Math.Max(1, _xTicks.Places.Count);
        _turned = chart.X.Categories is not null && _xTicks.Texts.Any(t => TextWidth.Of(t, TickSize) > slot - 6);
        _xTicks = _turned ? Fitted(_xTicks) : _xTicks;
        Below = 8 + (_turned ? _xTicks.Texts.Max(t => TextWidth.Of(t, TickSize)) * 0.71 + 10 : TickSize + 2)
            + (chart.X.Text.Length > 0 ? LabelSize + 8 : 0);
        Above = chart.Title.Length > 0 ? TitleSize + 9 : 6;
    }

    /// <summary>Room that the chart needs left of its axes.</summary>
    public double Left { get; }

    public double Height => Above + _plotHeight + Below;

    private double Right { get; }
    private double Above { get; }
    private double Below { get; }

    public void Paint(ICanvas canvas, double x, double y)
    {
        var (left, top, bottom) = (x + Left, y + Above, y + Above + _plotHeight);
        if (_chart.Title.Length > 0)
        {
            canvas.Text(left + (_inner / 2), y + TitleSize, TextWidth.Fit(_chart.Title, TitleSize, _inner + Right), TitleSize,
                "middle");
        }

        var cells = _chart.Marks.Any(m => m is HeatMark or ImageMark);
        PaintTicks(canvas, left, bottom, lines: !cells);
        canvas.BeginClip(left - 0.5, top - 0.5, _inner + 1, _plotHeight + 1);
        foreach (var mark in _chart.Marks)
        {
            new MarkPainter(
                canvas, _chart, v => left + (_x.At(v) * _inner) + mark.Shift, v => bottom - (_y.At(v) * _plotHeight)).Paint(mark);
        }

        canvas.EndClip();
        canvas.Rectangle(left, top, _inner, _plotHeight, "none", stroke: FrameColor);
        if (_chart.Y.Text.Length > 0)
        {
            canvas.Text(x + LabelSize, top + (_plotHeight / 2),
                TextWidth.Fit(_chart.Y.Text, LabelSize, _plotHeight + Above + Below), LabelSize, "middle", turn: -90);
        }

        if (_chart.X.Text.Length > 0)
        {
            canvas.Text(left + (_inner / 2), bottom + Below - 6, TextWidth.Fit(_chart.X.Text, LabelSize, _inner + Left),
                LabelSize, "middle");
        }

        if (_chart.Scale is { } scale)
            PaintScale(canvas, scale, left + _inner + 10, top);
    }

    private void PaintTicks(ICanvas canvas, double left, double bottom, bool lines)
    {
        foreach (var (place, text) in _xTicks.Places.Zip(_xTicks.Texts))
        {
            var at = left + (_x.At(place) * _inner);
            if (at < left - 0.5 || at > left + _inner + 0.5)
                continue;

            if (lines && _chart.X.Categories is null)
                canvas.Line(at, bottom, at, bottom - _plotHeight, GridColor);

            canvas.Line(at, bottom, at, bottom + Grid, FrameColor);
            if (_turned)
                canvas.Text(at + 4, bottom + Grid + TickSize - 1, text, TickSize, "end", turn: -45);
            else
                canvas.Text(at, bottom + Grid + TickSize + 1, text, TickSize, "middle");
        }

        foreach (var (place, text) in _yTicks.Places.Zip(_yTicks.Texts))
        {
            var at = bottom - (_y.At(place) * _plotHeight);
            if (at < bottom - _plotHeight - 0.5 || at > bottom + 0.5)
                continue;

            if (lines && _chart.Y.Categories is null)
                canvas.Line(left, at, left + _inner, at, GridColor);

            canvas.Line(left - Grid, at, left, at, FrameColor);
            canvas.Text(left - Grid - 3, at + (TickSize * 0.36), text, TickSize, "end");
        }
    }

    private void PaintScale(ICanvas canvas, ColorScale scale, double x, double top)
    {
        const int Steps = 64;
        var pixels = new byte[Steps * 3];
        for (var i = 0; i < Steps; i++)
        {
            var t = 1 - (i / (Steps - 1.0));
            (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = Palette.Rgb(scale.Reversed ? 1 - t : t);
        }

        canvas.Image(x, top, ScaleWidth, _plotHeight, PngFile.Encode(1, Steps, 3, pixels));
        var ticks = Ticks.Linear(scale.Min, scale.Max, 5);
        var texts = ScaleTexts(scale);
        foreach (var (tick, text) in ticks.Zip(texts))
        {
            var at = top + (_plotHeight * (1 - ((tick - scale.Min) / Math.Max(double.Epsilon, scale.Max - scale.Min))));
            canvas.Line(x + ScaleWidth, at, x + ScaleWidth + 3, at, FrameColor);
            canvas.Text(x + ScaleWidth + 5, at + (TickSize * 0.36), text, TickSize);
        }

        var label = x + ScaleWidth + 8 + texts.Max(t => TextWidth.Of(t, TickSize)) + LabelSize;
        canvas.Text(label, top + (_plotHeight / 2), TextWidth.Fit(scale.Text, LabelSize, _plotHeight + Above + Below), LabelSize,
            "middle", turn: -90);
    }

    private static IReadOnlyList<string> ScaleTexts(ColorScale scale) =>
        Ticks.Texts(Ticks.Linear(scale.Min, scale.Max, 5)) is { Count: > 0 } texts ? texts : [""];

    private static (IReadOnlyList<double> Places, IReadOnlyList<string> Texts) Fitted(
        (IReadOnlyList<double> Places, IReadOnlyList<string> Texts) ticks) =>
        (ticks.Places, [.. ticks.Texts.Select(t => TextWidth.Fit(t, TickSize, LongestCategory))]);
}
