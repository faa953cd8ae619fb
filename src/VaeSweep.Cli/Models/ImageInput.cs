using System.CommandLine;
using VaeSweep.Results.Imaging;
using VaeSweep.Training;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>Images for a model: of a file, or the first test images of its data set.</summary>
/// <param name="Values">[count, pixels], intensities from 0 to 1.</param>
/// <param name="Labels">Classes, where they are known.</param>
internal sealed record ImageInput(int Count, float[] Values, int[]? Labels)
{
    public static Option<string?> Input() => new("--input", "-i")
    {
        Description = "a .png (one image, or a grid of them) or a .npy of [images, pixels] or [images, rows, columns]; default: "
            + "the data set's test images", HelpName = "file",
    };

    public static Option<int> Images(int count) =>
        new Option<int>("--images", "-n") { Description = "how many test images, without --input", HelpName = "n",
        DefaultValueFactory = _ => count }.Within(1, int.MaxValue);

    /// <exception cref="CliException">The file's size does not fit the model.</exception>
    public static async Task<ImageInput> ReadAsync(
        StoredModel model, string? file, int count, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            var test = (await DatasetStore.FromEnvironment()
                .LoadAsync(model.Config.Dataset, cancellationToken, model.Folder)).Test;
            test = test.Slice(0, Math.Min(count, test.Count));
            var images = new float[test.Pixels.Length];
            test.Images.Convert(0, test.Count, images);
            return new ImageInput(test.Count, images, test.Labels);
        }

        if (!File.Exists(file))
            throw new CliException($"there is no file {file}.");

        var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        var values = file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
            ? FromArray(NpyFile.Decode(bytes, file), model, file) : FromPicture(PngReader.Decode(bytes, file), model, file);
        return new ImageInput(values.Length / model.Pixels, values, null);
    }

    /// <summary>One image of them.</summary>
    public ReadOnlySpan<float> Image(int index, int pixels) => Values.AsSpan(index * pixels, pixels);

    private static float[] FromArray(NpyArray array, StoredModel model, string file)
    {
        var perImage = array.Shape.Count == 1
            ? array.Shape[0] : array.Shape.Skip(1).Aggregate(1, (product, size) => product * size);
        return perImage == model.Pixels ? array.Values
            : throw new CliException($"{file} has the shape ({string.Join(", ", array.Shape)}); this model takes images "
                + $"of {model.Height} x {model.Width}, so (n, {model.Pixels}) or (n, {model.Height}, {model.Width}).");
    }

    private static float[] FromPicture(GreyImage picture, StoredModel model, string file)
    {
        if (picture.Width % model.Width != 0 || picture.Height % model.Height != 0)
        {
            throw new CliException($"{file} is {picture.Width} x {picture.Height} pixels; this model's images are {model.Width} "
                + $"x {model.Height}, and a grid is a multiple of that without gaps.");
        }

        var values = new float[picture.Pixels.Length];
        var (columns, at) = (picture.Width / model.Width, 0);
        for (var tile = 0; tile < values.Length / model.Pixels; tile++)
        {
            for (var y = 0; y < model.Height; y++, at += model.Width)
            {
                var row = picture.Pixels.AsSpan(
                    (((tile / columns * model.Height) + y) * picture.Width) + (tile % columns * model.Width), model.Width);
                for (var x = 0; x < row.Length; x++)
                    values[at + x] = row[x] / 255f;
            }
        }

        return values;
    }
}
