using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>A trial's attempts and events in the order of time, and what its trainers printed meanwhile.</summary>
internal static class TrialLog
{
    /// <param name="printed">What was printed in an attempt of a trial, by the trial's key and the attempt.</param>
    public static async Task<IReadOnlyList<string>> ReadAsync(
        IStore store, TrialStatus found, Func<long, int, Task<string?>> printed, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var which = TrialFilter.One(found.Sweep, found.Id);
        var attempts = await store.Results.AttemptsAsync(which, cancellationToken).ToListAsync(cancellationToken);
        var events = await store.Results.EventsAsync(which, cancellationToken).ToListAsync(cancellationToken);
        lines.Add($"trial {found.Id} of {found.Sweep}: {Wording.Name(found.State)}, epoch {found.EpochsDone} of "
            + $"{found.Epochs}");
        if (found.Source is { } source)
            lines.Add(source.IsImported ? $"imported from {source.Name}" : $"taken over from {source.Name}");
        if (attempts.Count == 0 && found.Source is null)
            lines.Add("it has not been started yet");
        // A trial that was taken over has its logs where it was trained.
        var key = found.Source is { IsImported: false } from ? from.Trial : found.Key;
        foreach (var attempt in attempts)
        {
            lines.Add($"{Instants.Text(attempt.StartedAt)}  attempt {attempt.Attempt} begins on {attempt.Device} "
                + $"({attempt.Worker}){(attempt.FromEpoch > 0 ? $", from epoch {attempt.FromEpoch}" : "")}");
            var upTo = attempt.ToEpoch ?? int.MaxValue;
            var last = attempt == attempts[^1];
            foreach (var one in events.Where(one => one.Epoch > attempt.FromEpoch && (one.Epoch <= upTo || last)))
            {
                lines.Add($"{"",20}  epoch {one.Epoch}: {one.Event}"
                    + $"{(one.Detail.Length > 0 ? $": {one.Detail}" : "")}");
            }

            events.RemoveAll(one => one.Epoch > attempt.FromEpoch && (one.Epoch <= upTo || last));
            var text = await printed(key, attempt.Attempt) ?? "";
            foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0))
                lines.Add($"{"",20}  | {FaultText.Bounded(line)}");
            lines.Add(attempt.EndedAt is { } ended
                ? $"{Instants.Text(ended)}  attempt {attempt.Attempt} {attempt.Outcome} at epoch {attempt.ToEpoch}"
                    + (attempt.FailureClass is { } c ? $" ({Wording.Name(c)})" : "")
                    + (attempt.Reason is { } reason ? $": {reason}" : "")
                : $"{"",20}  attempt {attempt.Attempt} runs, at epoch {attempt.ToEpoch}");
        }

        return lines;
    }
}
