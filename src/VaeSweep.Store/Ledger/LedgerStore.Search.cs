using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Store;

/// <content>What a search asks, and what it proposes.</content>
public sealed partial class LedgerStore
{
    /// <inheritdoc cref="Ledger.Schedule"/>
    public Task<bool> ScheduleAsync(
        string name, string definition, IReadOnlyList<BudgetMove> moves, IReadOnlyList<CloneMove> clones,
        CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Schedule(name, definition, moves, clones, ResultsOf, now), cancellationToken);

    /// <summary>Active sweeps whose search or scheduler may go on, and all trials of those that stand otherwise than they
    /// did.</summary>
    /// <param name="stands">How sweeps stood when they were last looked at, by key.</param>
    /// <returns>Null instead of the trials of a sweep that stands as it did.</returns>
    public Task<IReadOnlyList<(SweepDocument Sweep, int Stand, TrialDocument[]? Trials)>> SearchesAsync(
        IReadOnlyDictionary<long, int> stands, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<(SweepDocument, int, TrialDocument[]?)>>(
            (ledger, _) =>
            [
                .. ledger.Searching().Select(one => (
                    one.Sweep, one.Stand, stands.TryGetValue(one.Sweep.Key, out var before) && before == one.Stand
                        ? null : ledger.TrialsOf(one.Sweep.Name))),
            ],
            cancellationToken);

    /// <summary>Whole configurations of points that are stored, with whatever seed.</summary>
    public Task<IReadOnlyList<string>> ConfigsAsync(IReadOnlyList<long> points, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<string>>(
            (ledger, _) => [.. points.Select(one => ConfigOf(ledger, one, seed: 0))], cancellationToken);

    /// <inheritdoc cref="Ledger.Confirm"/>
    public Task<bool> ConfirmAsync(
        string name, string definition, int round, IReadOnlyList<(Trial Trial, string Detail)> trials,
        IReadOnlyList<long> retired, long toConfirm, CancellationToken cancellationToken) =>
        DoAsync(
            (ledger, now) => ledger.Confirm(name, definition, round, trials, retired, toConfirm, now), cancellationToken);

    /// <inheritdoc cref="Ledger.Propose"/>
    public Task<bool> ProposeAsync(
        string name, string definition, IReadOnlyList<Trial> trials, IReadOnlyList<long> retired, long toCome, string? origin,
        CancellationToken cancellationToken) =>
        DoAsync(
            (ledger, now) => ledger.Propose(name, definition, trials, retired, toCome, origin, now), cancellationToken);
}
