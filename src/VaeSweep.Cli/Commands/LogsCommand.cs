using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Files;
using VaeSweep.Results;
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
            var which = TrialFilter.One(found.Sweep, found.Id);
            var attempts = await store.Results.AttemptsAsync(which, cancellationToken).ToListAsync(cancellationToken);
            var events = await store.Results.EventsAsync(which, cancellationToken).ToListAsync(cancellationToken);
            host.Out.WriteLine($"trial {found.Id} of {found.Sweep}: {Wording.Name(found.State)}, epoch {found.EpochsDone} of "
                + $"{found.Epochs}");
            if (found.Source is { } source)
                host.Out.WriteLine(source.IsImported ? $"imported from {source.Name}" : $"taken over from {source.Name}");
            if (attempts.Count == 0 && found.Source is null)
                host.Out.WriteLine("it has not been started yet");
            // A trial that was taken over has its logs where it was trained.
            var key = found.Source is { IsImported: false } from ? from.Trial : found.Key;
            foreach (var attempt in attempts)
            {
                host.Out.WriteLine($"{Instants.Text(attempt.StartedAt)}  attempt {attempt.Attempt} begins on {attempt.Device} "
                    + $"({attempt.Worker}){(attempt.FromEpoch > 0 ? $", from epoch {attempt.FromEpoch}" : "")}");
                var upTo = attempt.ToEpoch ?? int.MaxValue;
                var last = attempt == attempts[^1];
                foreach (var one in events.Where(one => one.Epoch > attempt.FromEpoch && (one.Epoch <= upTo || last)))
                {
                    host.Out.WriteLine($"{"",20}  epoch {one.Epoch}: {one.Event}"
                        + $"{(one.Detail.Length > 0 ? $": {one.Detail}" : "")}");
                }


                events.RemoveAll(one => one.Epoch > attempt.FromEpoch && (one.Epoch <= upTo || last));
                var printed = await PrintedAsync(store, parsed, host, found.Id, key, attempt.Attempt, cancellationToken);
                foreach (var line in (printed ?? "").ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0))
                    host.Out.WriteLine($"{"",20}  | {FaultText.Bounded(line)}");
                host.Out.WriteLine(attempt.EndedAt is { } ended
                    ? $"{Instants.Text(ended)}  attempt {attempt.Attempt} {attempt.Outcome} at epoch {attempt.ToEpoch}"
                        + (attempt.FailureClass is { } c ? $" ({Wording.Name(c)})" : "")
                        + (attempt.Reason is { } reason ? $": {reason}" : "")
                    : $"{"",20}  attempt {attempt.Attempt} runs, at epoch {attempt.ToEpoch}");
            }

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
