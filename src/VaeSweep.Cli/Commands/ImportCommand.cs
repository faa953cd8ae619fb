using System.CommandLine;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep import`: others' results beside ours.</summary>
internal static class ImportCommand
{
    private const long MostBytes = 64 * 1024 * 1024;

    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var file = new Argument<string>("RESULTS.csv") { Description = "comma-separated values or a JSON list: columns are "
            + "configuration paths, seed, metrics; those named with # before are not read" };
        var command = new Command("import", "Put results that others have trained beside a sweep's own: each row of the file is "
            + "a trial, marked with the file's name. What a row does not say is as in the sweep.") { sweep, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
                throw new CliException($"there is no file {path}.");
            if (new FileInfo(path).Length > MostBytes)
                throw new CliException($"{path} is larger than {Wording.Size(MostBytes)}: import it in parts.");

            var text = await File.ReadAllTextAsync(path, cancellationToken);
            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var definition = StoredSweep.Definition(found);
            var trials = new ImportedResults(definition, path).Read(text);
            var done = await Keeping.Of(store).ImportAsync(
                new SweepSubmission(found.Name, found.Definition, definition.MaxAttempts), trials, cancellationToken);
            host.Say($"imported {Wording.Count(done.Added + done.Completed, "trial")} into {found.Name}, marked "
                + $"{Path.GetFileName(path)}"
                + $"{(done.Kept > 0 ? $"; {Wording.Count(done.Kept, "trial")} had been imported before" : "")}. "
                + $"`vaesweep table {found.Name}` shows them beside the others; `vaesweep delete {found.Name} --imported` takes "
                + "them away.");
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
