using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What became of a trial and why, in one sentence: "proposed by tpe after 37 results; promoted at 3 epochs as 2nd of
/// 27; ended at 9 epochs as 8th of 9".</summary>
internal static class TrialStory
{
    /// <param name="events">Of the trial, in any order.</param>
    public static string Of(TrialStatus trial, IReadOnlyList<EventRecord> events)
    {
        var parts = new List<string>();
        if (events.FirstOrDefault(one => one.Event == Ledger.Proposed) is { } proposed)
            parts.Add($"proposed {proposed.Detail}");
        if (events.FirstOrDefault(one => one.Event == Ledger.Chosen) is { } chosen)
            parts.Add($"chosen to confirm what the search found, as {chosen.Detail}");
        if (events.FirstOrDefault(one => one.Event == Ledger.Cloned) is { } cloned)
            parts.Add($"copied at {Epochs(cloned.Epoch)} from {cloned.Detail}");
        if (events.FirstOrDefault(one => one.Event == Ledger.Lengthened) is { } longer)
            parts.Add($"goes on after {Epochs(longer.Epoch)} of {longer.Detail}");
        if (parts.Count == 0)
            parts.Add($"one of the combinations or draws of the sweep file, with seed {trial.Seed}");
        parts.AddRange(events.Where(one => one.Event is Ledger.Promoted or Ledger.Ended).OrderBy(one => one.Epoch)
            .Select(one => $"{one.Event} at {Epochs(one.Epoch)}{Place(one)}"));
        if (events.FirstOrDefault(one => one.Event == Ledger.Superseded) is { } superseded)
            parts.Add($"superseded: {superseded.Detail}");
        parts.Add(Stands(trial));
        return $"{trial.Id} of {trial.Sweep}: {string.Join("; ", parts)}.";
    }

    // The detail of a rung names its epochs, too.
    private static string Place(EventRecord one)
    {
        var at = $" at {Epochs(one.Epoch)}";
        var place = one.Detail.Replace(at, "", StringComparison.Ordinal);
        return place.Length == 0 ? "" : char.IsAsciiDigit(place[0]) ? $" as {place}" : $", {place}";
    }

    private static string Stands(TrialStatus trial) => trial.State switch
    {
        TrialState.Succeeded => $"trained to the end, {Epochs(trial.EpochsDone)}{Because(trial)}",
        TrialState.Paused => $"paused at {Epochs(trial.EpochsDone)}{Because(trial)}",
        TrialState.Running => $"running, {Epochs(trial.EpochsDone)} of {trial.Epochs} done",
        TrialState.Queued => trial.EpochsDone > 0
            ? $"queued again after {Epochs(trial.EpochsDone)}{Because(trial)}" : "queued, not begun yet",
        TrialState.Failed => $"failed at {Epochs(trial.EpochsDone)}{Because(trial)}",
        _ => $"stopped at {Epochs(trial.EpochsDone)}"
            + (trial.Reason?.StartsWith(Ledger.EndedBy, StringComparison.Ordinal) == true ? "" : Because(trial)),
    };

    private static string Because(TrialStatus trial) => string.IsNullOrEmpty(trial.Reason) ? "" : $" ({trial.Reason})";

    private static string Epochs(int epochs) =>
        string.Create(CultureInfo.InvariantCulture, $"{epochs} epoch{(epochs == 1 ? "" : "s")}");
}
