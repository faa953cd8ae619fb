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
            FailureClass? onlyClass = parsed.GetValue(failureClass) is { } name ? ParseClass(name) : null;
            long? onlyTrial = parsed.GetValue(trial) is { } id
                ? (await SweepLookup.FindTrialAsync(store, id, found.Name, cancellationToken)).Key : null;
            var count = await store.RetryAsync(found.Name, onlyClass, onlyTrial, cancellationToken);
            host.Say(count == 0
                ? $"no failed trial of {found.Name} to retry{(onlyClass is { } c ? $" ({Wording.Name(c)})" : "")}."
                : $"{Wording.Count(count, "trial")} of {found.Name} queued again. Train with: `vaesweep resume {found.Name}`");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static FailureClass ParseClass(string name)
    {
        var names = Enum.GetNames<FailureClass>().Select(n => n.ToLowerInvariant()).ToList();
        return names.Contains(name, StringComparer.Ordinal)
            ? Enum.Parse<FailureClass>(name, ignoreCase: true)
            : throw new CliException($"--class {name} is not known.{NearestName.Suggest(name, names)} "
                + $"Known: {string.Join(", ", names)}.");
    }
}
