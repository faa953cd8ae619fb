using System.CommandLine;

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
                host.Say(await Steering.StopAsync(store, found, one, cancellationToken));
                return ExitCodes.Done;
            }

            host.Say(await Steering.StopAsync(store, found, cancellationToken));
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
