using System.CommandLine;
using System.Text;
using VaeSweep.Results;
using VaeSweep.Results.Imaging;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>`vaesweep encode`: the codes of images.</summary>
internal static class EncodeCommand
{
    public static void Add(Command root, CliHost host)
    {
        var trial = ModelSession.Trial();
        var sweep = ModelSession.Sweep();
        var input = ImageInput.Input();
        var images = ImageInput.Images(1000);
        var layer = new Option<int>("--layer") { Description = "stochastic layer, from 1, data side first", HelpName = "n",
            DefaultValueFactory = _ => 1 }.Within(1, 100);
        var output = new Option<string>("--output", "-o")
        {
            Description = "a .npy of [2, images, latent size], means then log-variances; or a .csv with one image a line and "
                + "its class", HelpName = "file", Required = true,
        };
        var command = new Command("encode", "The codes of images: mean and log-variance of q(z|x) of every latent unit.") { trial,
            sweep, input, images, layer, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(output);
            ImageOutput.Check(file, ".npy", ".csv");
            using var model = await ModelSession.OpenAsync(
                parsed, host, parsed.GetRequiredValue(trial), parsed.GetValue(sweep), cancellationToken);
            var chosen = parsed.GetValue(layer);
            if (chosen < 1 || chosen > model.LatentSizes.Count)
                throw new CliException($"--layer {chosen}: this model has the layers 1 to {model.LatentSizes.Count}.");

            var given = await ImageInput.ReadAsync(model, parsed.GetValue(input), parsed.GetValue(images), cancellationToken);
            var q = model.Encode(given.Values)[chosen - 1];
            ImageOutput.Write(file, file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
                ? NpyFile.Encode(new NpyArray([2, given.Count, q.Units], [.. q.Means, .. q.LogVars]))
                : Encoding.UTF8.GetBytes(Csv(given, q)));
            host.Say($"{file}: {Wording.Count(given.Count, "image")}, {Wording.Count(q.Units, "latent unit")}");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static string Csv(ImageInput given, LayerPosterior q)
    {
        IEnumerable<Column> columns =
        [
            new("image"), new("label"), .. Enumerable.Range(1, q.Units).Select(u => new Column($"mean_{u}")),
            .. Enumerable.Range(1, q.Units).Select(u => new Column($"logvar_{u}")),
        ];
        var rows = Enumerable.Range(0, given.Count).Select(i => (IReadOnlyList<Cell>)
        [
            i, given.Labels is { } labels ? (Cell)labels[i] : (Cell)"",
            .. q.Means.Skip(i * q.Units).Take(q.Units).Select(v => Cell.Of((double)v)), .. q.LogVars.Skip(i * q.Units)
                .Take(q.Units).Select(v => Cell.Of((double)v)),
        ]);
        return new Table([.. columns], [.. rows]).Render(OutputFormat.Csv, Terminal.Plain);
    }
}
