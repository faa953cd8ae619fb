using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>`vaesweep reconstruct`: images through a trained model and back.</summary>
internal static class ReconstructCommand
{
    private const int Columns = 10;

    public static void Add(Command root, CliHost host)
    {
        var trial = ModelSession.Trial();
        var sweep = ModelSession.Sweep();
        var input = ImageInput.Input();
        var images = ImageInput.Images(40);
        var output = ModelSession.Output();
        var command = new Command("reconstruct", "Images through a trained model and back, by the means of q(z|x). A .png has "
            + "each row of inputs above its reconstructions; a .npy the reconstructions alone.")
        {
            trial, sweep, input, images, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(output);
            ImageOutput.Check(file, ".png", ".npy");
            using var model = await ModelSession.OpenAsync(
                parsed, host, parsed.GetRequiredValue(trial), parsed.GetValue(sweep), cancellationToken);
            var given = await ImageInput.ReadAsync(model, parsed.GetValue(input), parsed.GetValue(images), cancellationToken);
            var back = model.Decode([.. model.Encode(given.Values).Select(layer => layer.Means)]);
            var pairs = file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? back : Rows(given, back, model.Pixels);
            ImageOutput.Write(file, model, pairs, Math.Min(Columns, given.Count));
            var error = back.Zip(given.Values, (b, x) => (double)(b - x) * (b - x)).Average();
            host.Say($"{file}: {Wording.Count(given.Count, "image")}, mean squared "
                + $"error {error.ToString("G4", System.Globalization.CultureInfo.InvariantCulture)} a pixel");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    // A row of inputs, below it the row of what came back; the last rows are filled with black.
    private static float[] Rows(ImageInput given, float[] back, int pixels)
    {
        var columns = Math.Min(Columns, given.Count);
        var rows = (given.Count + columns - 1) / columns;
        var all = new float[2 * rows * columns * pixels];
        for (var i = 0; i < given.Count; i++)
        {
            var place = (2 * (i / columns) * columns) + (i % columns);
            given.Image(i, pixels).CopyTo(all.AsSpan(place * pixels));
            back.AsSpan(i * pixels, pixels).CopyTo(all.AsSpan((place + columns) * pixels));
        }

        return all;
    }
}
