using VaeSweep.Results.Imaging;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>Writes images and codes as the file's name says.</summary>
internal static class ImageOutput
{
    /// <summary>Refused before anything is computed.</summary>
    /// <exception cref="CliException">The ending is not one of those allowed.</exception>
    public static void Check(string file, params string[] endings)
    {
        if (!endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
        {
            throw new CliException($"--output takes a file that ends in {string.Join(" or ", endings)}; found {file}.");
        }
    }

    /// <param name="images">[count, pixels].</param>
    /// <param name="columns">Images beside each other in a picture.</param>
    public static void Write(string file, StoredModel model, float[] images, int columns)
    {
        var count = images.Length / model.Pixels;
        Write(file, file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
            ? NpyFile.Encode(new NpyArray([count, model.Height, model.Width], images))
            : Picture(model, images, count, Math.Min(columns, count)));
    }

    public static void Write(string file, byte[] content)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            File.WriteAllBytes(file, content);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file} could not be written: {unwritten.Message}", ExitCodes.Failed);
        }
    }

    // Without gaps, so that --input can take the grid apart again.
    private static byte[] Picture(StoredModel model, float[] images, int count, int columns)
    {
        var rows = (count + columns - 1) / columns;
        var width = columns * model.Width;
        var pixels = new byte[width * rows * model.Height];
        for (var i = 0; i < images.Length; i++)
        {
            var (image, y, x) = (i / model.Pixels, i % model.Pixels / model.Width, i % model.Width);
            pixels[(((image / columns * model.Height) + y) * width) + (image % columns * model.Width) + x] = (byte)Math.Round(Math.Clamp(images[i], 0, 1) * 255);
        }

        return PngFile.Encode(width, rows * model.Height, 1, pixels);
    }
}
