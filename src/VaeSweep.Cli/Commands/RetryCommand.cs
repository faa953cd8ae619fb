using System.CommandLine;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep retry`: queues failed trials again.</summary>
internal static class RetryCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var failed = new Option<bool>("--failed") { Description = "all failed trials (the default)" };
        var trial = new Option<string?>("--trial") { Description = "only this trial", HelpName = "id" };
        var failureClass = new Option<string?>("--class") { Description = "only those that failed so: crash, oom, nan, "
            + "lost, error", HelpName = "class" };
        var command = new Command("retry", "Queue failed trials again, with a fresh count of attempts.") { sweep, failed, trial,
            failureClass };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            FailureClass? onlyClass = parsed.GetValue(failureClass) is { } name ? Steering.FailureClassOf(name) : null;
            long? onlyTrial = parsed.GetValue(trial) is { } id
                ? (await SweepLookup.FindTrialAsync(store, id, found.Name, cancellationToken)).Key : null;
            host.Say(await Steering.RetryAsync(store, found, onlyClass, onlyTrial, cancellationToken));
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
