using System.CommandLine;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep stop`: closes what is open of a sweep, or one trial.</summary>
internal static class StopCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var trial = new Option<string?>("--trial") { Description = "only this trial", HelpName = "id" };
        var command = new Command("stop", "Close what is still open; what has succeeded stays.") { sweep, trial };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            if (parsed.GetValue(trial) is { } id)
            {
                var one = await SweepLookup.FindTrialAsync(store, id, found.Name, cancellationToken);
                var stopped = await store.StopTrialAsync(one.Key, cancellationToken);
                host.Say(stopped ? $"trial {one.Id} of {found.Name} is stopped." : $"trial {one.Id} of {found.Name} "
                    + $"is {Wording.Name(one.State)} already; nothing changed.");
                return ExitCodes.Done;
            }

            await store.SetSweepStateAsync(found.Name, SweepState.Stopped, cancellationToken);
            host.Say($"{found.Name} is stopped: {Wording.Count(found.Open, "open trial")} "
                + $"closed, {found.Count(TrialState.Succeeded)} succeeded. "
                + $"Change your mind with: `vaesweep resume {found.Name}`");
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
