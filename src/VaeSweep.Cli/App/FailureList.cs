using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>A trial that failed, and why.</summary>
internal sealed record FailedTrial(string Trial, long Seed, long Attempts, string Class, string Reason);

/// <summary>The failed trials of a sweep.</summary>
internal static class FailureList
{
    public static async Task<IReadOnlyList<FailedTrial>> ReadAsync(
        IStore store, string sweep, int limit, CancellationToken cancellationToken)
    {
        var which = TrialFilter.WantedOf(sweep) with { State = TrialState.Failed, Limit = limit };
        return await store.Results.TrialsAsync(which, TrialParts.Progress | TrialParts.Outcome, cancellationToken)
            .Select(t =>
                new FailedTrial(t.Id, t.Seed, t.Attempts, t.FailureClass is { } c ? Wording.Name(c) : "", t.Reason ?? ""))
            .ToListAsync(cancellationToken);
    }

    /// <param name="all">How many there are in all, for the caption.</param>
    public static Table Table(IReadOnlyList<FailedTrial> failures, long all)
    {
        var caption = failures.Count < all
            ? $"{Wording.Count(all, "failed trial")}, the first {failures.Count}:" : $"{Wording.Count(all, "failed trial")}:";
        var rows = failures.Select(f =>
            (IReadOnlyList<Cell>)[f.Trial, f.Seed, f.Attempts, new(f.Class, f.Class, Tone: Tone.Bad), f.Reason]);
        return new Table(
            [new("trial"), new("seed", Number: true), new("attempts", Number: true, Optional: 1), new("class"), new("reason")],
            [.. rows], caption);
    }
}
