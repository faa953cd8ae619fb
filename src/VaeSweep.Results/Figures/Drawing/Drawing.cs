using System.Globalization;
using SkiaSharp;

namespace VaeSweep.Results.Figures;

/// <summary>A figure that is laid out, to be written as SVG, PNG or PDF.</summary>
public sealed class Drawing
{
    // Pixels of a screen, 96 an inch, in points, 72 an inch.
    private const float Points = 0.75f;

    // 0.4 GB while it is drawn.
    private const double MaxPixels = 100e6;

    private readonly Action<ICanvas> _paint;

    internal Drawing(string title, double width, double height, Action<ICanvas> paint)
    {
        (Title, Width, Height, _paint) = (title, width, height, paint);
    }

    public string Title { get; }

    /// <summary>Pixels.</summary>
    public double Width { get; }

    /// <summary>Pixels.</summary>
    public double Height { get; }

    public string ToSvg()
    {
        var svg = new SvgWriter();
        svg.Begin(Width, Height);
        _paint(svg);
        return svg.End();
    }

    /// <param name="scale">Pixels of the PNG for one of the drawing; 2 is sharp on paper and on fine screens.</param>
    /// <exception cref="ResultsException">It would have more pixels than this machine should be asked for, or Skia cannot be
    /// loaded here.</exception>
    public byte[] ToPng(double scale = 2)
    {
        if (Width * Height * scale * scale > MaxPixels)
        {
            throw new ResultsException(string.Create(CultureInfo.InvariantCulture,
                $"the drawing is {Width:F0} x {Height:F0}; {scale:G4} times that is more than the {MaxPixels / 1e6:F0} million "
                    + $"pixels that a PNG may have here. Take a smaller --scale, or write an .svg or a .pdf."));
        }

        return Drawn(() =>
        {
            // Opaque: where a drawing ends within a pixel, paper fills it.
            var size = new SKImageInfo((int)Math.Ceiling(Width * scale), (int)Math.Ceiling(Height * scale),
                SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var surface = SKSurface.Create(size);
            Paint(surface.Canvas, (float)scale);
            using var image = surface.Snapshot();
            using var png = image.Encode(SKEncodedImageFormat.Png, 100);
            return png.ToArray();
        });
    }

    /// <summary>One page of the drawing's size, with its font inside.</summary>
    /// <exception cref="ResultsException">Skia cannot be loaded here.</exception>
    public byte[] ToPdf() => Drawn(() =>
    {
        using var file = new MemoryStream();
        // The default keeps images as they are; an empty one would make bad JPEGs of them.
        var about = SKDocumentPdfMetadata.Default;
        (about.Title, about.Creator) = (Title, "VaeSweep");
        using (var pdf = SKDocument.CreatePdf(file, about))
        {
            Paint(pdf.BeginPage((float)Width * Points, (float)Height * Points), Points);
            pdf.EndPage();
            pdf.Close();
        }

        return file.ToArray();
    });

    private static byte[] Drawn(Func<byte[]> draw)
    {
        try
        {
            return draw();
        }
        catch (Exception absent) when (absent is DllNotFoundException or TypeInitializationException)
        {
            throw new ResultsException("PNG and PDF are drawn by libSkiaSharp, which belongs to the program and cannot be loaded "
                + $"here: {absent.GetBaseException().Message.ReplaceLineEndings(" ")} An .svg needs nothing.");
        }
    }

    private void Paint(SKCanvas on, float scale)
    {
        on.Clear(SKColors.White);
        on.Scale(scale);
        using var canvas = new SkiaCanvas(on);
        _paint(canvas);
    }
}
