using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep logs`: what happened to a trial, in the order of time, and what its trainers printed.</summary>
internal static class LogsCommand
{
    public static void Add(Command root, CliHost host)
    {
        var trial = new Argument<string>("TRIAL") { Description = "the start of a trial's id" };
        var sweep = new Option<string?>("--sweep") { Description = "of this sweep only", HelpName = "name" };
        var command = new Command("logs", "A trial's attempts and events in the order of time, and what was printed meanwhile.")
        {
            trial, sweep,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindTrialAsync(
                store, parsed.GetRequiredValue(trial), parsed.GetValue(sweep), cancellationToken);
            var lines = await TrialLog.ReadAsync(
                store, found, (key, attempt) => PrintedAsync(store, parsed, host, found.Id, key, attempt, cancellationToken),
                cancellationToken);
            foreach (var line in lines)
                host.Out.WriteLine(line);
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static async Task<string?> PrintedAsync(
        IStore store, ParseResult parsed, CliHost host, string trialId, long trial, int attempt,
        CancellationToken cancellationToken)
    {
        if (store is RemoteStore head)
            return await head.LogAsync(trialId, trial, attempt, cancellationToken);
        return new AttemptLogs(ArtifactsOption.Of(null, Stores.PathOf(parsed, host), host)).Read(trialId, trial, attempt);
    }
}
