using System.CommandLine;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep watch`: follows a sweep that others train.</summary>
internal static class WatchCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var command = new Command("watch", "Follow a sweep until it has no open trial.") { sweep };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var last = await new ProgressView(host, store, found.Name).ShowAsync(cancellationToken);
            if (cancellationToken.IsCancellationRequested || last is null)
                return ExitCodes.Interrupted;

            host.Say(ProgressText.Line(last, null));
            return last.Sweep.Count(TrialState.Failed) > 0 ? ExitCodes.Failed : ExitCodes.Done;
        });
        root.Add(command);
    }
}
