using System.CommandLine;
using VaeSweep.Results.Imaging;

namespace VaeSweep.Cli;

/// <summary>`vaesweep generate`: new images from a trained model.</summary>
internal static class GenerateCommand
{
    public static void Add(Command root, CliHost host)
    {
        var trial = ModelSession.Trial();
        var sweep = ModelSession.Sweep();
        var count = new Option<int>("--count", "-n") { Description = "how many", HelpName = "n", DefaultValueFactory =
                _ => 64 }.Within(1, ImageOutput.MaxImages);
        var seed = new Option<int>("--seed") { Description = "equal seeds draw alike", HelpName = "n",
            DefaultValueFactory = _ => 0 };
        var codes = new Option<string?>("--codes") { Description = "decode these instead: a .npy of [images, latent size], of "
            + "the layer nearest to the data", HelpName = "file" };
        var output = ModelSession.Output();
        var command = new Command("generate", "New images from a trained model: latents drawn from its prior, or given codes, "
            + "decoded.") { trial, sweep, count, seed, codes, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (file, number) = (parsed.GetRequiredValue(output), parsed.GetValue(count));
            ImageOutput.Check(file, ".png", ".npy");

            using var model = await ModelSession.OpenAsync(
                parsed, host, parsed.GetRequiredValue(trial), parsed.GetValue(sweep), cancellationToken);
            ImageOutput.CheckSize(file, "--count", number, model);
            var images = parsed.GetValue(codes) is { } given
                ? model.Decode(await CodesAsync(given, model.LatentSizes, cancellationToken))
                : model.Sample(number, (ulong)(uint)parsed.GetValue(seed));
            var made = images.Length / model.Pixels;
            ImageOutput.Write(file, model, images, columns: (int)Math.Ceiling(Math.Sqrt(made)));
            host.Say($"{file}: {Wording.Count(made, "image")} of {model.Width} x {model.Height}");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static async Task<float[]> CodesAsync(string file, IReadOnlyList<int> sizes, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new CliException($"there is no file {file}.");

        var array = NpyFile.Decode(await File.ReadAllBytesAsync(file, cancellationToken), file);
        return array.Shape.Count == 2 && array.Shape[1] == sizes[0]
            ? array.Values
            : throw new CliException($"{file} has the shape ({string.Join(", ", array.Shape)}); this model's codes are "
                + $"(n, {sizes[0]}).");
    }
}
