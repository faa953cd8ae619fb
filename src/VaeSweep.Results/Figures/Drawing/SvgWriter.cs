using System.Globalization;
using System.Security;
using System.Text;

namespace VaeSweep.Results.Figures;

/// <summary>Writes SVG elements, with numbers cut to a hundredth of a pixel.</summary>
internal sealed class SvgWriter : ICanvas
{
    public const string Font = "DejaVu Sans, Verdana, Arial, sans-serif";

    private readonly StringBuilder _text = new();
    private int _clips;

    public void Begin(double width, double height) => _text.Append(CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{N(width)}\" "
            + $"height=\"{N(height)}\" viewBox=\"0 0 {N(width)} {N(height)}\" font-family=\"{Font}\">\n"
        + $"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");

    public string End() => _text.Append("</svg>\n").ToString();

    public void Line(double x1, double y1, double x2, double y2, string color, double width = 1) =>
        _text.Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{color}\" "
            + $"stroke-width=\"{N(width)}\"/>\n");

    public void Rectangle(double x, double y, double width, double height, string fill, double opacity = 1,
        string? stroke = null) =>
        _text.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"")
            .Append(opacity < 1 ? $" fill-opacity=\"{N(opacity)}\"" : "").Append(stroke is null ? "" : $" stroke=\"{stroke}\"")
            .Append("/>\n");

    public void Circle(double x, double y, double radius, string fill, double opacity = 1) =>
        _text.Append($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\"")
            .Append(opacity < 1 ? $" fill-opacity=\"{N(opacity)}\"" : "").Append("/>\n");

    public void Polyline(IEnumerable<(double X, double Y)> points, string color, double width, bool dashed = false,
        double opacity = 1)
    {
        var path = new StringBuilder();
        var pen = false;
        foreach (var (x, y) in points)
        {
            var drawn = double.IsFinite(x) && double.IsFinite(y);
            if (drawn)
                path.Append(pen ? 'L' : 'M').Append(N(x)).Append(' ').Append(N(y));

            pen = drawn;
        }

        if (path.Length > 0)
        {
            _text.Append($"<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{N(width)}\" "
                + "stroke-linejoin=\"round\"")
                .Append(dashed ? " stroke-dasharray=\"5 3\"" : "").Append(opacity < 1 ? $" stroke-opacity=\"{N(opacity)}\"" : "")
                .Append("/>\n");
        }
    }

    public void Area(IEnumerable<(double X, double Y)> outline, string color, double opacity) =>
        _text.Append($"<path d=\"M{string.Join('L', outline.Select(p => $"{N(p.X)} {N(p.Y)}"))}Z\" fill=\"{color}\" "
            + $"fill-opacity=\"{N(opacity)}\"/>\n");

    public void Text(double x, double y, string text, double size, string anchor = "start", string color = Palette.Ink,
        bool bold = false, double turn = 0) =>
        _text.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" fill=\"{color}\"")
            .Append(anchor == "start" ? "" : $" text-anchor=\"{anchor}\"")
            .Append(bold ? " font-weight=\"bold\"" : "")
            .Append(turn == 0 ? "" : $" transform=\"rotate({N(turn)} {N(x)} {N(y)})\"")
            .Append('>').Append(SecurityElement.Escape(text)).Append("</text>\n");

    public void Image(double x, double y, double width, double height, byte[] png) =>
        _text.Append($"<image x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" preserveAspectRatio=\"none\" "
            + "style=\"image-rendering:pixelated\" image-rendering=\"optimizeSpeed\" ")
            .Append($"xlink:href=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>\n");

    public void BeginClip(double x, double y, double width, double height)
    {
        _clips++;
        _text.Append($"<clipPath id=\"c{_clips}\"><rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" "
            + $"height=\"{N(height)}\"/></clipPath>\n<g clip-path=\"url(#c{_clips})\">\n");
    }

    public void EndClip() => _text.Append("</g>\n");

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
