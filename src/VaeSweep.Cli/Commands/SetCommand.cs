using System.CommandLine;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep set`: a stored sweep's place among the others.</summary>
internal static class SetCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var priority = new Option<int?>("--priority") { Description = "sweeps with a higher one are given out first (0 where "
            + "nothing is said)", HelpName = "n" }.Within(-1000, 1000);
        var concurrent = new Option<string?>("--max-concurrent") { Description = "most of its trials that run at once on all "
            + "nodes together, or none for no limit", HelpName = "n|none" };
        var mixed = new Option<bool>("--allow-mixed") { Description = "let nodes with other versions of vaesweep or libtorch "
            + "train it too" };
        var command = new Command("set", "Change a sweep's priority, how many of its trials run at once, or who may train it. "
            + "Takes effect at once, everywhere.") { sweep, priority, concurrent, mixed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var limit = parsed.GetValue(concurrent);
            var change = new SweepAdjustment
            {
                Priority = parsed.GetValue(priority), MaxConcurrent = Limit(limit), NoLimit = limit == "none",
                AnyStack = parsed.GetValue(mixed),
            };
            if (change == new SweepAdjustment())
                throw new CliException("nothing to set: give --priority N, --max-concurrent N or --allow-mixed.");

            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            host.Say(await Steering.AdjustAsync(store, found, change, cancellationToken));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static int? Limit(string? text) => text switch
    {
        null or "none" => null,
        _ when int.TryParse(text, out var number) && number >= 1 => number,
        _ => throw new CliException($"--max-concurrent {text}: a whole number from 1, or none."),
    };
}
