using System.CommandLine;
using System.Text;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Report;

namespace VaeSweep.Cli;

/// <summary>`vaesweep plot`: one figure of a sweep as SVG, PNG or PDF.</summary>
internal static class PlotCommand
{
    public static void Add(Command root, CliHost host)
    {
        var kind = new Argument<string>("KIND") { Description = "which figure; --kinds lists them",
            Arity = ArgumentArity.ZeroOrOne };
        var sweep = CommonOptions.Sweep();
        sweep.Arity = ArgumentArity.ZeroOrOne;
        var output = new Option<string?>("--output",
            "-o")
        {
            Description = "the file to write, .svg, .png, .pdf or .json; default: SWEEP-KIND.svg here", HelpName = "file",
        };
        var kinds = new Option<bool>("--kinds") { Description = "list the kinds of figures instead" };
        var width = new Option<double>("--width") { Description = "pixels; default: what the panels need",
            HelpName = "pixels" }.Within(100.0, 20_000);
        var scale = new Option<double>("--scale") { Description = "pixels of a PNG for one of the drawing", HelpName = "factor",
            DefaultValueFactory = _ => 2 }.Within(0.1, 10);
        var format = CommonOptions.Format();
        var options = new PlotOptions();
        var command = new Command("plot", "Draw a figure: curves over seeds, unit activity, importance, reconstructions, "
            + "latents, samples...")
        {
            kind, sweep, output, kinds, width, scale, format,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(kinds))
            {
                var rows = FigureKinds.All.Select(k =>
                    (IReadOnlyList<Cell>)[k.Name, k.NeedsModel ? "trained models" : "the store", k.Description]);
                host.Out.Write(new Table([new("kind"), new("made from"), new("description")], [.. rows])
                    .Render(parsed.GetValue(format), host.OutTerminal));
                return ExitCodes.Done;
            }

            var chosen = FigureKinds.Get(
                parsed.GetValue(kind) ?? throw new CliException(
                    "plot needs a kind of figure and a sweep: vaesweep plot KIND SWEEP. --kinds lists the kinds."));
            var name = parsed.GetValue(sweep)
                ?? throw new CliException($"plot needs the name of a sweep: vaesweep plot {chosen.Name} SWEEP. `vaesweep list` "
                    + "shows the names.");
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var definition = StoredSweep.Definition(await SweepLookup.FindAsync(store, name, cancellationToken));
            var asked = options.Read(parsed, new ShortNames(definition));
            var path = parsed.GetValue(output) ?? $"{definition.Name}-{chosen.Name}.svg";
            // A wrong ending is told before anything is computed.
            var write = WriterOf(path);
            var trials = await SweepTrials.LoadAsync(store.Results, definition.Name, asked.Where, cancellationToken);
            var figure = await chosen.BuildAsync(
                new FigureContext(store, definition, trials, asked, new TrainedModels(store, definition.Name)),
                cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await File.WriteAllBytesAsync(
                path, write(figure, parsed.GetValue(width), parsed.GetValue(scale)), cancellationToken);
            host.Say($"{path}: {figure.Title}");
            figure.Notes.ToList().ForEach(note => host.Say($"  {note}"));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static Func<Figure, double, double, byte[]> WriterOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".svg" => (figure, width, _) => Encoding.UTF8.GetBytes(FigureRenderer.Render(figure, width).ToSvg()),
        ".png" => (figure, width, scale) => FigureRenderer.Render(figure, width).ToPng(scale),
        ".pdf" => (figure, width, _) => FigureRenderer.Render(figure, width).ToPdf(),
        ".json" => (figure, _, _) => Encoding.UTF8.GetBytes(JsonText.Write(json => FigureJson.Write(json, figure))),
        var other => throw new CliException($"a figure is written as .svg, .png, .pdf or .json, not as '{other}': {path}."),
    };
}
