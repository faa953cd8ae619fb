using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Results.Imaging;

/// <summary>Turns SVG into PNG with librsvg and cairo, without a display.</summary>
public static partial class SvgRasterizer
{
    private const string Rsvg = "librsvg-2.so.2";
    private const string Cairo = "libcairo.so.2";
    private const string GObject = "libgobject-2.0.so.0";
    private const int Argb32 = 0;

    // 0.4 GB while it is drawn. Cairo's own limit is 32,767 pixels a side.
    private const double MaxPixels = 100e6;

    /// <summary>What to install where it is missing.</summary>
    public const string Packages = "librsvg2-2 fonts-dejavu-core";

    /// <summary>What to say where it is missing.</summary>
    public const string HowToInstall = $"PNG needs librsvg, which is not installed (Debian: apt-get install {Packages}). SVG "
        + "needs nothing: name the output .svg.";

    /// <summary>Whether <see cref="Render"/> can work here.</summary>
    public static bool IsAvailable => Loads(Rsvg) && Loads(Cairo) && Loads(GObject);

    /// <param name="scale">Pixels of the PNG for one of the SVG; 2 is sharp on paper and on fine screens.</param>
    /// <exception cref="ResultsException">librsvg is not installed, or refuses the SVG.</exception>
    public static byte[] Render(string svg, double width, double height, double scale = 2)
    {
        if (!IsAvailable)
            throw new ResultsException(HowToInstall);

        if (width * height * scale * scale > MaxPixels)
        {
            throw new ResultsException(string.Create(CultureInfo.InvariantCulture,
                $"the drawing is {width:F0} x {height:F0}; {scale:G4} times that is more than the {MaxPixels / 1e6:F0} million "
                    + $"pixels that a PNG may have here. Take a smaller --scale, or write an .svg."));
        }

        var bytes = Encoding.UTF8.GetBytes(svg);
        var handle = rsvg_handle_new_from_data(bytes, (nuint)bytes.Length, out var fault);
        if (handle == 0)
            throw new ResultsException($"librsvg does not understand the drawing: {Message(fault)}");

        var (columns, rows) = ((int)Math.Ceiling(width * scale), (int)Math.Ceiling(height * scale));
        var surface = cairo_image_surface_create(Argb32, columns, rows);
        var cairo = cairo_create(surface);
        try
        {
            var whole = new Viewport(0, 0, columns, rows);
            if (rsvg_handle_render_document(handle, cairo, in whole, out fault) == 0)
            {
                throw new ResultsException($"librsvg cannot draw {columns.ToString(CultureInfo.InvariantCulture)} "
                    + $"x {rows.ToString(CultureInfo.InvariantCulture)} pixels: {Message(fault)}");
            }

            cairo_surface_flush(surface);
            return PngFile.Encode(columns, rows, 3, Pixels(surface, columns, rows));
        }
        finally
        {
            cairo_destroy(cairo);
            cairo_surface_destroy(surface);
            g_object_unref(handle);
        }
    }

    // On white paper: where a drawing ends within a pixel, that pixel is not opaque. Bytes are blue, green, red, alpha, colours
    // times alpha.
    private static byte[] Pixels(nint surface, int columns, int rows)
    {
        var (data, stride) = (cairo_image_surface_get_data(surface), cairo_image_surface_get_stride(surface));
        var row = new byte[stride];
        var pixels = new byte[columns * rows * 3];
        for (var y = 0; y < rows; y++)
        {
            Marshal.Copy(data + ((nint)y * stride), row, 0, stride);
            for (var x = 0; x < columns; x++)
            {
                var at = ((y * columns) + x) * 3;
                var paper = byte.MaxValue - row[(x * 4) + 3];
                (pixels[at], pixels[at + 1], pixels[at + 2]) =
                    ((byte)(row[(x * 4) + 2] + paper), (byte)(row[(x * 4) + 1] + paper), (byte)(row[x * 4] + paper));
            }
        }

        return pixels;
    }

    private static bool Loads(string library) => NativeLibrary.TryLoad(library, out _);

    private static string Message(nint fault) => fault == 0
        ? "no reason given" : Marshal.PtrToStringUTF8(Marshal.PtrToStructure<GError>(fault).Message) ?? "no reason given";

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Viewport(double X, double Y, double Width, double Height);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct GError(uint Domain, int Code, nint Message);

    [LibraryImport(Rsvg)]
    private static partial nint rsvg_handle_new_from_data(byte[] data, nuint length, out nint fault);

    [LibraryImport(Rsvg)]
    private static partial int rsvg_handle_render_document(nint handle, nint cairo, in Viewport viewport, out nint fault);

    [LibraryImport(Cairo)]
    private static partial nint cairo_image_surface_create(int format, int width, int height);

    [LibraryImport(Cairo)]
    private static partial nint cairo_create(nint surface);

    [LibraryImport(Cairo)]
    private static partial void cairo_surface_flush(nint surface);

    [LibraryImport(Cairo)]
    private static partial nint cairo_image_surface_get_data(nint surface);

    [LibraryImport(Cairo)]
    private static partial int cairo_image_surface_get_stride(nint surface);

    [LibraryImport(Cairo)]
    private static partial void cairo_surface_destroy(nint surface);

    [LibraryImport(Cairo)]
    private static partial void cairo_destroy(nint cairo);

    [LibraryImport(GObject)]
    private static partial void g_object_unref(nint handle);
}
