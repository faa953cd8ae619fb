namespace VaeSweep.Results.Figures;

/// <summary>What figures are drawn on: pixels from the upper left corner, colours as #rrggbb.</summary>
/// <remarks>They need these few shapes alone, so that each kind of file is one small class and nothing reads SVG.</remarks>
internal interface ICanvas
{
    void Line(double x1, double y1, double x2, double y2, string color, double width = 1);

    /// <param name="fill">"none" for an outline alone.</param>
    void Rectangle(double x, double y, double width, double height, string fill, double opacity = 1, string? stroke = null);

    void Circle(double x, double y, double radius, string fill, double opacity = 1);

    /// <summary>Lines through points; a point that is not finite interrupts them.</summary>
    void Polyline(IEnumerable<(double X, double Y)> points, string color, double width, bool dashed = false, double opacity = 1);

    /// <summary>A filled outline.</summary>
    void Area(IEnumerable<(double X, double Y)> outline, string color, double opacity);

    /// <param name="x">Where the text's base line begins, or what <paramref name="anchor"/> says.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="turn">Degrees clockwise about the point.</param>
    void Text(double x, double y, string text, double size, string anchor = "start", string color = Palette.Ink,
        bool bold = false, double turn = 0);

    /// <summary>An image whose pixels stay sharp squares.</summary>
    void Image(double x, double y, double width, double height, byte[] png);

    /// <summary>What is drawn until <see cref="EndClip"/> shows inside the rectangle alone.</summary>
    void BeginClip(double x, double y, double width, double height);

    void EndClip();
}
