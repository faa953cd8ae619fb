namespace VaeSweep.Results.Imaging;

/// <summary>An image of one channel.</summary>
/// <param name="Pixels">Row by row from the top, 0 black to 255 white.</param>
public sealed record GreyImage(int Width, int Height, byte[] Pixels)
{
    /// <param name="values">Row by row, 0 to 1; what is beyond is clamped, NaN is black.</param>
    public static GreyImage Of(ReadOnlySpan<float> values, int width, int height)
    {
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(255 * (values[i] > 0 ? Math.Min(values[i], 1f) : 0f) + 0.5f);

        return new GreyImage(width, height, pixels);
    }
}
