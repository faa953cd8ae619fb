using System.Text;
using SkiaSharp;

namespace VaeSweep.Results.Figures;

/// <summary>Draws what <see cref="SvgWriter"/> writes, as a browser would show it, with the font that this program has inside: a
/// machine without fonts draws the same.</summary>
internal sealed class SkiaCanvas(SKCanvas canvas) : ICanvas, IDisposable
{
    private static readonly SKTypeface _plain = Inside("DejaVuSans.ttf");
    private static readonly SKTypeface _bold = Inside("DejaVuSans-Bold.ttf");

    private readonly SKPaint _fill = new() { IsAntialias = true };
    private readonly SKPaint _stroke = new() { IsAntialias = true, Style = SKPaintStyle.Stroke };
    private readonly SKPaint _pixels = new() { FilterQuality = SKFilterQuality.None };
    private readonly SKPathEffect _dashes = SKPathEffect.CreateDash([5, 3], 0);

    public void Dispose()
    {
        _fill.Dispose();
        _stroke.Dispose();
        _pixels.Dispose();
        _dashes.Dispose();
    }

    public void Line(double x1, double y1, double x2, double y2, string color, double width = 1) =>
        canvas.DrawLine((float)x1, (float)y1, (float)x2, (float)y2, Stroke(color, width));

    public void Rectangle(double x, double y, double width, double height, string fill, double opacity = 1, string? stroke = null)
    {
        var rectangle = SKRect.Create((float)x, (float)y, (float)width, (float)height);
        if (fill != "none")
            canvas.DrawRect(rectangle, Fill(fill, opacity));

        if (stroke is not null)
            canvas.DrawRect(rectangle, Stroke(stroke, 1));
    }

    public void Circle(double x, double y, double radius, string fill, double opacity = 1) =>
        canvas.DrawCircle((float)x, (float)y, (float)radius, Fill(fill, opacity));

    public void Polyline(IEnumerable<(double X, double Y)> points, string color, double width, bool dashed = false,
        double opacity = 1)
    {
        using var path = new SKPath();
        var pen = false;
        foreach (var (x, y) in points)
        {
            var drawn = double.IsFinite(x) && double.IsFinite(y);
            if (drawn && pen)
                path.LineTo((float)x, (float)y);
            else if (drawn)
                path.MoveTo((float)x, (float)y);

            pen = drawn;
        }

        var paint = Stroke(color, width, opacity);
        (paint.StrokeJoin, paint.PathEffect) = (SKStrokeJoin.Round, dashed ? _dashes : null);
        canvas.DrawPath(path, paint);
        (paint.StrokeJoin, paint.PathEffect) = (SKStrokeJoin.Miter, null);
    }

    public void Area(IEnumerable<(double X, double Y)> outline, string color, double opacity)
    {
        using var path = new SKPath();
        path.AddPoly([.. outline.Select(p => new SKPoint((float)p.X, (float)p.Y))], close: true);
        canvas.DrawPath(path, Fill(color, opacity));
    }

    public void Text(double x, double y, string text, double size, string anchor = "start", string color = Palette.Ink,
        bool bold = false, double turn = 0)
    {
        var parts = Parts(text, bold ? _bold : _plain)
            .Select(part => (part.Text, Font: new SKFont(part.Face, (float)size)
            {
                Subpixel = true, Hinting = SKFontHinting.None, LinearMetrics = true, Edging = SKFontEdging.Antialias,
            })).ToList();
        var wide = parts.Sum(part => Wide(part.Text, part.Font));
        canvas.Save();
        canvas.RotateDegrees((float)turn, (float)x, (float)y);
        var at = (float)x - (anchor switch { "middle" => wide / 2, "end" => wide, _ => 0 });
        foreach (var (part, font) in parts)
        {
            using (font)
            using (var blob = SKTextBlob.Create(part, font))
            {
                if (blob is not null)
                    canvas.DrawText(blob, at, (float)y, Fill(color));
                at += Wide(part, font);
            }
        }

        canvas.Restore();
    }

    public void Image(double x, double y, double width, double height, byte[] png)
    {
        using var image = SKImage.FromEncodedData(png);
        canvas.DrawImage(image, SKRect.Create((float)x, (float)y, (float)width, (float)height), _pixels);
    }

    public void BeginClip(double x, double y, double width, double height)
    {
        canvas.Save();
        canvas.ClipRect(SKRect.Create((float)x, (float)y, (float)width, (float)height), antialias: true);
    }

    public void EndClip() => canvas.Restore();

    // Signs that the font lacks are the system's, where it has them.
    private static IEnumerable<(string Text, SKTypeface Face)> Parts(string text, SKTypeface own)
    {
        if (own.ContainsGlyphs(text))
            return [(text, own)];

        var parts = new List<(StringBuilder Text, SKTypeface Face)>();
        foreach (var sign in text.EnumerateRunes())
        {
            var face = own.ContainsGlyph(sign.Value) ? own : SKFontManager.Default.MatchCharacter(sign.Value) ?? own;
            if (parts.Count == 0 || parts[^1].Face != face)
                parts.Add((new StringBuilder(), face));
            parts[^1].Text.Append(sign.ToString());
        }

        return parts.Select(part => (part.Text.ToString(), part.Face));
    }

    private static float Wide(string text, SKFont font) => font.MeasureText(font.Typeface.GetGlyphs(text));

    private SKPaint Fill(string color, double opacity = 1)
    {
        _fill.Color = Color(color, opacity);
        return _fill;
    }

    private SKPaint Stroke(string color, double width, double opacity = 1)
    {
        (_stroke.Color, _stroke.StrokeWidth) = (Color(color, opacity), (float)width);
        return _stroke;
    }

    private static SKColor Color(string color, double opacity) =>
        SKColor.Parse(color).WithAlpha((byte)Math.Round(255 * opacity));

    private static SKTypeface Inside(string font)
    {
        using var file = typeof(SkiaCanvas).Assembly.GetManifestResourceStream(font)
            ?? throw new InvalidOperationException($"{font} is not in this program.");
        return SKTypeface.FromStream(file);
    }
}
