using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Store;

/// <content>What a search asks, and what it proposes.</content>
public sealed partial class LedgerStore
{
    private readonly ReportedValues _reported = new();

    /// <inheritdoc cref="Ledger.Schedule"/>
    public Task<bool> ScheduleAsync(
        string name, string definition, IReadOnlyList<BudgetMove> moves, IReadOnlyList<CloneMove> clones,
        CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Schedule(name, definition, moves, clones, ResultsOf, now), cancellationToken);

    /// <summary>Active sweeps whose search or scheduler may go on, and all trials of those that stand otherwise than they
    /// did.</summary>
    /// <param name="stands">How sweeps stood when they were last looked at, by key.</param>
    /// <param name="followed">Metrics of searches, by key of the sweep: what is reported of them from now on is told with the
    /// next answers.</param>
    public Task<IReadOnlyList<SearchStand>> SearchesAsync(
        IReadOnlyDictionary<long, int> stands, IReadOnlyDictionary<long, MetricCurve> followed,
        CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<SearchStand>>(
            (ledger, _) =>
            {
                var searching = ledger.Searching();
                _reported.Follow(followed.Where(one => searching.Any(search => search.Sweep.Key == one.Key)));
                return
                [
                    .. searching.Select(one => stands.TryGetValue(one.Sweep.Key, out var before) && before == one.Stand
                        ? new SearchStand(one.Sweep, one.Stand, null, [])
                        : new(one.Sweep, one.Stand, ledger.TrialsOf(one.Sweep.Name), _reported.Take(one.Sweep.Key))),
                ];
            },
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
