using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>A trial that failed, and why.</summary>
internal sealed record FailedTrial(string Trial, long Seed, long Attempts, string Class, string Reason);

/// <summary>The failed trials of a sweep.</summary>
internal static class FailureList
{
    public static async Task<IReadOnlyList<FailedTrial>> ReadAsync(IStore store, string sweep, int limit, CancellationToken cancellationToken)
    {
        var rows = await store.QueryAsync(
            $"""
            SELECT trial, seed, attempts, failure_class, reason FROM trials
            WHERE sweep = @sweep AND state = 'failed' AND wanted ORDER BY trial_index LIMIT {limit}
            """,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep }, TimeSpan.FromSeconds(20), cancellationToken);
        return [.. rows.Rows.Select(r => new FailedTrial((string)r[0]!, Convert.ToInt64(r[1]), Convert.ToInt64(r[2]), r[3] as string ?? "", r[4] as string ?? ""))];
    }

    /// <param name="all">How many there are in all, for the caption.</param>
    public static Table Table(IReadOnlyList<FailedTrial> failures, long all)
    {
        var caption = failures.Count < all ? $"{Wording.Count(all, "failed trial")}, the first {failures.Count}:" : $"{Wording.Count(all, "failed trial")}:";
        var rows = failures.Select(f => (IReadOnlyList<Cell>)[f.Trial, f.Seed, f.Attempts, new(f.Class, f.Class, Tone: Tone.Bad), f.Reason]);
        return new Table([new("trial"), new("seed", Number: true), new("attempts", Number: true, Optional: 1), new("class"), new("reason")], [.. rows], caption);
    }
}
