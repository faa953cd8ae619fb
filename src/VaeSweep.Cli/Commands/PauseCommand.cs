using System.CommandLine;
using VaeSweep.Sweeps;

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
            await store.SetSweepStateAsync(found.Name, SweepState.Paused, cancellationToken);
            var running = found.Count(TrialState.Running);
            host.Say(
                $"{found.Name} is "
                    + $"paused{(running > 0 ? $"; {Wording.Count(running, "running trial")} will checkpoint and stop" : "")}. Go "
                    + $"on with: `vaesweep resume {found.Name}`");
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
