namespace VaeSweep.Training.Data;

/// <summary>Grey of a colour, as ITU-R 601 weighs it.</summary>
internal static class Luma
{
    public const string Advice = "Models here take one value a pixel: --grey makes it grey (0.299 red + 0.587 green + "
        + "0.114 blue).";

    /// <summary>Of levels from 0 to 255, rounded as Pillow rounds them.</summary>
    public static float OfLevels(int red, int green, int blue) =>
        ((red * 19595) + (green * 38470) + (blue * 7471) + 0x8000) >> 16;

    /// <summary>Makes an image of several channels grey.</summary>
    /// <param name="image">[pixels, channels]; a fourth channel is left out.</param>
    /// <param name="grey">[pixels].</param>
    /// <returns>False when it has colours.</returns>
    public static bool Fill(ReadOnlySpan<float> image, int channels, bool levels, Span<float> grey)
    {
        var isGrey = true;
        for (var i = 0; i < grey.Length; i++)
        {
            var pixel = image.Slice(channels * i, channels);
            var (red, green, blue) = (pixel[0], pixel[1], pixel[2]);
            if (red == green && green == blue)
            {
                grey[i] = red;
                continue;
            }

            isGrey = false;
            grey[i] = levels ? OfLevels((int)red, (int)green, (int)blue) : (0.299f * red) + (0.587f * green) + (0.114f * blue);
        }

        return isGrey;
    }
}
