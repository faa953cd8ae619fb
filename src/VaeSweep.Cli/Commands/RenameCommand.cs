using System.CommandLine;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep rename`: another name for a sweep, which keeps its trials.</summary>
internal static class RenameCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var name = new Argument<string>("NEW") { Description = "its name from now on" };
        var command = new Command("rename", "Give a sweep another name. It keeps its trials; write the new name into its file, "
            + "too.") { sweep, name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            if (SweepFile.WhyNoName(wanted) is { } why)
                throw new CliException($"'{wanted}' cannot be a sweep's name: {why}");

            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            switch (await Keeping.Of(store).RenameAsync(found.Name, wanted, cancellationToken))
            {
                case RenameOutcome.Taken:
                    throw new CliException($"there is a sweep '{wanted}' already: name another, or delete it first "
                        + $"(`vaesweep delete {wanted} --dry-run` says what that would cost). Nothing was changed.");
                case RenameOutcome.Unknown:
                    throw new CliException($"'{found.Name}' is gone: somebody has deleted or renamed it meanwhile.",
                        ExitCodes.Failed);
                default:
                    host.Say($"{found.Name} is now {wanted}, with its {Wording.Count(found.Total, "trial")}. Write "
                        + $"`name: {wanted}` into its file before you run it again; the old name would make a new sweep.");
                    return ExitCodes.Done;
            }
        });
        root.Add(command);
    }
}
