using System.CommandLine;
using VaeSweep.Results.Figures;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>`vaesweep interpolate`: ways through a trained model's latent space.</summary>
internal static class InterpolateCommand
{
    private const int ImagesOfAttribute = 2000;

    public static void Add(Command root, CliHost host)
    {
        var trial = ModelSession.Trial();
        var sweep = ModelSession.Sweep();
        var input = ImageInput.Input();
        var from = new Option<int>("--from") { Description = "number of the first image, from 0", HelpName = "i",
            DefaultValueFactory = _ => 0 }.Within(0, 10_000_000);
        var to = new Option<int>("--to") { Description = "number of the last image", HelpName = "i", DefaultValueFactory =
                _ => 1 }.Within(0, 10_000_000);
        var steps = new Option<int>("--steps") { Description = "images on the way, both ends included", HelpName = "n",
            DefaultValueFactory = _ => 10 }.Within(2, ImageOutput.MaxImages);
        var path = Choices.Of<LatentPathKind>("--path", "linear or spherical", "kind");
        var attribute = new Option<string?>("--attribute")
        {
            Description = "instead of going to another image, add an attribute: 7 is the mean code of class 7 minus that of all "
                + "others, 7-1 minus that of class 1", HelpName = "class[-class]",
        };
        var strength = new Option<double>("--strength") { Description = "how much of the attribute is taken away at the first "
            + "and added at the last image", HelpName = "x", DefaultValueFactory = _ => 1 }.Within(-1e6, 1e6);
        var output = ModelSession.Output();
        var command = new Command("interpolate", "From one image to another through a trained model's latent space, straight or "
            + "along a sphere, or along an attribute.")
        {
            trial, sweep, input, from, to, steps, path, attribute, strength, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (file, count) = (parsed.GetRequiredValue(output), parsed.GetValue(steps));
            ImageOutput.Check(file, ".png", ".npy");
            using var model = await ModelSession.OpenAsync(
                parsed, host, parsed.GetRequiredValue(trial), parsed.GetValue(sweep), cancellationToken);
            var (first, last) = (parsed.GetValue(from), parsed.GetValue(to));
            var named = parsed.GetValue(attribute);
            var given = await ImageInput.ReadAsync(
                model, parsed.GetValue(input), named is null
                    ? Math.Max(first, last) + 1 : Math.Max(ImagesOfAttribute, first + 1), cancellationToken);
            CheckNumber("--from", first, given.Count);
            if (named is null)
                CheckNumber("--to", last, given.Count);

            var times = Enumerable.Range(0, count).Select(i => i / (double)(count - 1)).ToList();
            var layers = model.Encode(given.Values);
            List<float[]> codes =
            [
                .. layers.Select(layer => named is null
                    ? times.SelectMany(t => LatentPath.Between(parsed.GetValue(path), Code(layer, first), Code(layer, last), t))
                    .ToArray()
                    : Along(layer, first, Direction(layer, given, named),
                        times.Select(t => ((2 * t) - 1) * parsed.GetValue(strength)))),
            ];
            ImageOutput.CheckSize(file, "--steps", count, model);
            ImageOutput.Write(file, model, model.Decode(codes), count);
            host.Say($"{file}: {Wording.Count(count, "image")}");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static void CheckNumber(string option, int number, int count)
    {
        if (number < 0 || number >= count)
            throw new CliException($"{option} {number}: there are the images 0 to {count - 1}.");
    }

    private static float[] Direction(LayerPosterior layer, ImageInput given, string attribute)
    {
        var (with, without) = LatentDirection.ParseClasses(attribute, given.Labels);
        return LatentDirection.OfClass(layer.Means, layer.Units, given.Labels!, with, without);
    }

    private static float[] Along(LayerPosterior layer, int image, float[] direction, IEnumerable<double> amounts)
    {
        var code = Code(layer, image);
        return [.. amounts.SelectMany(amount => code.Zip(direction, (z, d) => (float)(z + (amount * d))))];
    }

    private static float[] Code(LayerPosterior layer, int image) =>
        layer.Means[(image * layer.Units)..((image + 1) * layer.Units)];
}
