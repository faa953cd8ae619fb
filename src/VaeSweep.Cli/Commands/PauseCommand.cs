using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>`vaesweep pause`: running trials checkpoint and wait.</summary>
internal static class PauseCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var command = new Command("pause",
            "Let running trials checkpoint and give their devices back; start nothing new.") { sweep };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            host.Say(await Steering.PauseAsync(store, found, cancellationToken));
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
