namespace VaeSweep.Results.Figures;

/// <summary>Where an image's ink is.</summary>
/// <param name="Mass">Sum of the intensities.</param>
/// <param name="Width">Standard deviation of the ink along x, pixels.</param>
/// <param name="Covariance">Of the ink along x and y (downwards): negative when it leans to the right.</param>
public readonly record struct ImageMoments(double Mass, double Width, double Covariance)
{
    public static ImageMoments Of(ReadOnlySpan<float> pixels, int width)
    {
        var (mass, x, y) = (0.0, 0.0, 0.0);
        for (var i = 0; i < pixels.Length; i++)
            (mass, x, y) = (mass + pixels[i], x + (pixels[i] * (i % width)), y + (pixels[i] * (i / width)));

        if (mass <= 0)
            return default;

        var (xx, xy) = (0.0, 0.0);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (dx, dy) = ((i % width) - (x / mass), (i / width) - (y / mass));
            (xx, xy) = (xx + (pixels[i] * dx * dx), xy + (pixels[i] * dx * dy));
        }

        return new ImageMoments(mass, Math.Sqrt(xx / mass), xy / mass);
    }
}
