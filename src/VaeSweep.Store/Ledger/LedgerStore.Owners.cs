using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>What the Ledger can and other stores cannot.</content>
public sealed partial class LedgerStore
{
    /// <summary>Trials whose results are copied with one commit.</summary>
    private const int ReusedTogether = 64;

    /// <summary>Trials that are looked for in other sweeps with one call.</summary>
    private const int ComparedTogether = 4096;

    public Task<Deletion?> DeleteAsync(DeletionWish wish, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Delete(wish), cancellationToken);

    public Task<IReadOnlyList<long>> DeletedAsync(IReadOnlyCollection<long> trials, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Deleted(trials), cancellationToken);

    public Task<RenameOutcome> RenameAsync(string name, string newName, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Rename(name, newName), cancellationToken);

    public Task<bool> TagAsync(
        string sweep, long? trial, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken) =>
        DoAsync(
            (ledger, _) => trial is { } key ? ledger.TagTrial(key, add, remove) : ledger.TagSweep(sweep, add, remove),
            cancellationToken);

    public Task<bool> NoteAsync(string sweep, long? trial, string? text, CancellationToken cancellationToken) =>
        DoAsync(
            (ledger, _) => trial is { } key ? ledger.NoteTrial(key, text) : ledger.NoteSweep(sweep, text), cancellationToken);

    public async Task<ReuseResult> ReuseAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sweep.MaxAttempts, 1);
        var (taken, otherStack) = (new Dictionary<string, long>(StringComparer.Ordinal), 0L);
        foreach (var some in Ahead.Of(trials, cancellationToken).Chunk(ComparedTogether))
        {
            var had = await DoAsync((ledger, _) => ledger.WithEqual(sweep.Name, some), cancellationToken);
            // A commit holds all that it copies.
            foreach (var part in had.Chunk(ReusedTogether))
            {
                var result = await DoAsync((ledger, now) => ledger.Reuse(sweep, part, ResultsOf, now), cancellationToken);
                foreach (var one in result.Taken)
                    taken[one.Sweep] = taken.GetValueOrDefault(one.Sweep) + one.Trials;
                otherStack += result.OtherStack;
            }
        }

        return new ReuseResult([.. taken.Select(one => new TakenOver(one.Key, one.Value))], otherStack);
    }

    private TrialResults ResultsOf(long trial) =>
        new([.. _log.Reports(trial, trial)], [.. _log.Events(trial, trial)], [.. _log.Evaluations(trial, trial)]);

    public Task<ImportResult> ImportAsync(
        SweepSubmission sweep, IEnumerable<ImportedTrial> trials, CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Import(sweep, Ahead.Of(trials, cancellationToken), now), cancellationToken);

    /// <inheritdoc cref="Ledger.SetBudget"/>
    public Task<bool> SetBudgetAsync(long trialKey, int? epochs, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.SetBudget(trialKey, epochs), cancellationToken);
}
