using VaeSweep.Results.Imaging;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>Writes images and codes as the file's name says.</summary>
internal static class ImageOutput
{
    /// <summary>More than any file here holds.</summary>
    public const int MaxImages = 10_000_000;

    // Whoever looks at a picture has a screen, and whoever reads an array has it in memory as a whole: 1.6 GB.
    private const int MaxPixels = 100_000_000;
    private const int MaxValues = 400_000_000;

    /// <summary>Refused before anything is computed.</summary>
    /// <exception cref="CliException">The ending is not one of those allowed.</exception>
    public static void Check(string file, params string[] endings)
    {
        if (!endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            throw new CliException($"--output takes a file that ends in {string.Join(" or ", endings)}; found {file}.");
    }

    /// <summary>Refused before anything is computed.</summary>
    /// <exception cref="CliException">That many images do not fit into a file of this kind.</exception>
    public static void CheckSize(string file, string option, int count, StoredModel model)
    {
        var most = (IsArray(file) ? MaxValues : MaxPixels) / model.Pixels;
        if (count > most)
        {
            throw new CliException($"{option} {count}: {Path.GetExtension(file)} files of this program hold at most "
                + $"{Wording.Count(most, "image")} of {model.Width} x {model.Height}."
                + $"{(IsArray(file) ? "" : " A .npy holds more.")} Make several with other seeds.");
        }
    }

    /// <param name="images">[count, pixels].</param>
    /// <param name="columns">Images beside each other in a picture.</param>
    public static void Write(string file, StoredModel model, float[] images, int columns)
    {
        var count = images.Length / model.Pixels;
        Write(file, IsArray(file)
            ? NpyFile.Encode(new NpyArray([count, model.Height, model.Width], images))
            : Picture(model, images, count, Math.Min(columns, count)));
    }

    public static void Write(string file, byte[] content)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);

            File.WriteAllBytes(file, content);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file} could not be written: {unwritten.Message}", ExitCodes.Failed);
        }
    }

    private static bool IsArray(string file) => file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);

    // Without gaps, so that --input can take the grid apart again.
    private static byte[] Picture(StoredModel model, float[] images, int count, int columns)
    {
        var rows = (count + columns - 1) / columns;
        var width = columns * model.Width;
        var pixels = new byte[width * rows * model.Height];
        for (var i = 0; i < images.Length; i++)
        {
            var (image, y, x) = (i / model.Pixels, i % model.Pixels / model.Width, i % model.Width);
            pixels[(((image / columns * model.Height) + y) * width) + (image % columns * model.Width) + x] =
                (byte)Math.Round(Math.Clamp(images[i], 0, 1) * 255);
        }

        return PngFile.Encode(width, rows * model.Height, 1, pixels);
    }
}
