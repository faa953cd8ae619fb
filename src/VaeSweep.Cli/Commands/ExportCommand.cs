using System.CommandLine;
using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>`vaesweep export`: a sweep's results for another program.</summary>
internal static class ExportCommand
{
    public static void Add(Command root, CliHost host)
    {
        var names = string.Join("|", Exporters.All.Select(e => e.Name));
        var sweep = CommonOptions.Sweep();
        var to = new Option<string>("--to") { Description =
            string.Join("; ", Exporters.All.Select(e => $"{e.Name}: {e.Description}")), HelpName = names, Required = true };
        var output = new Option<string?>("--output", "-o") { Description = "file or folder; default: named after the sweep, in "
            + "the working folder", HelpName = "path" };
        var command = new Command("export", $"A sweep's results for another program: {names}.") { sweep, to, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var exporter = Exporters.Get(parsed.GetRequiredValue(to));
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var definition = StoredSweep.Definition(
                await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken));
            var target = parsed.GetValue(output) ?? exporter.DefaultTarget(definition.Name);
            try
            {
                var told = await exporter.ExportAsync(
                    new ExportJob(store, definition.Name, StoredSweep.Request(definition), target), cancellationToken);
                host.Say($"{target}: {told[0]}");
                told.Skip(1).ToList().ForEach(host.Say);
                return told.Count > 1 ? ExitCodes.Failed : ExitCodes.Done;
            }
            catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
            {
                throw new CliException($"the export to {target} could not be written: {unwritten.Message}", ExitCodes.Failed);
            }
        });
        root.Add(command);
    }
}
