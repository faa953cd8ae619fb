using System.CommandLine;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Report;

namespace VaeSweep.Cli;

/// <summary>`vaesweep report`: one HTML file with a sweep's table, figures, trials, failures, definition and
/// provenance.</summary>
internal static class ReportCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var output = new Option<string?>("--output", "-o") { Description = "the file to write; default: SWEEP.html here",
            HelpName = "report.html" };
        var noModels = new Option<bool>("--no-models") { Description = "leave out the figures that open trained models" };
        var command = new Command("report", "One self-contained HTML file with table, figures, trials, failures, definition and "
            + "provenance; works offline and on a phone.") { sweep, output, noModels };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!ReportPage.IsAvailable)
                throw new CliException(ReportPage.HowToBuild);

            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var status = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var definition = StoredSweep.Definition(status);
            var path = parsed.GetValue(output) ?? $"{definition.Name}.html";
            var options = new FigureOptions();
            var trials = await SweepTrials.LoadAsync(store.Results, definition.Name, options.Where, cancellationToken);
            var models = parsed.GetValue(noModels) ? null : new TrainedModels(store, definition.Name);
            var context = new FigureContext(store, definition, trials, options, models);
            var content = await ReportBuilder.BuildAsync(
                context, status, StoredSweep.Request(definition) with { Retired = status.Retired }, CliVersion.Text,
                host.Time.GetUtcNow(), kind => host.Say($"drawing {kind}"), cancellationToken);
            var page = ReportPage.Render(content);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await File.WriteAllTextAsync(path, page, cancellationToken);
            host.Say($"{path}: {Wording.Count(content.Figures.Count, "figure")}, {Wording.Count(trials.Trials.Count, "trial")}, "
                + $"{Wording.Size(new FileInfo(path).Length)}");
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
