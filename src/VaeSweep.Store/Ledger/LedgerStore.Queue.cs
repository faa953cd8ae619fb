namespace VaeSweep.Store;

/// <content>The queue, and checkpoint files.</content>
public sealed partial class LedgerStore
{
    /// <summary>Whole configurations that are remembered: of points that are being granted, and of those that others are told
    /// against.</summary>
    private const int RememberedTexts = 256;

    private readonly Dictionary<long, (string Text, int SeedAt)> _texts = [];

    public Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<Claim>>(
            (ledger, now) =>
            [
                .. ledger.Grant(request, now).Select(one => new Claim(
                    ledger.KeyOf(one.Attempt), one.Sweep, one.TrialId, ConfigOf(ledger, one.Point, one.Seed), one.PackKey,
                    one.Epochs, one.CheckpointPath, one.CheckpointEpoch)),
            ],
            cancellationToken);

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken)
    {
        var epochs = batch.Epochs.ToLookup(one => one.Attempt, one => one.Report);
        var checkpoints = batch.Checkpoints.ToLookup(
            one => one.Attempt, one => new EpochCheckpoint(one.Epoch, one.Path, one.Best));
        return DoAsync<IReadOnlySet<AttemptKey>>(
            (ledger, _) => epochs.Select(one => one.Key).Union(checkpoints.Select(one => one.Key))
                .Where(attempt => !ledger.Report(ledger.FenceOf(attempt), [.. epochs[attempt]], [.. checkpoints[attempt]]))
                .ToHashSet(),
            cancellationToken);
    }

    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Finish(ledger.FenceOf(attempt), end, now), cancellationToken);

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.TakeObsolete(limit), cancellationToken);

    public Task<IReadOnlyList<StoredCheckpoint>> ListCheckpointsAsync(CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Checkpoints(), cancellationToken);

    public Task<int> ForgetCheckpointsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Expend(keys), cancellationToken);

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Files(sweep), cancellationToken);

    /// <summary>A trial's whole configuration; inside a call.</summary>
    internal string ConfigOf(Ledger ledger, long point, long seed)
    {
        var (text, seedAt) = TextOf(ledger, point);
        return PointChanges.WithSeed(text, seedAt, seed);
    }

    /// <summary>A configuration without its seed; inside a call.</summary>
    internal string PointText(Ledger ledger, long point) => TextOf(ledger, point).Text;

    private (string Text, int SeedAt) TextOf(Ledger ledger, long point)
    {
        if (_texts.TryGetValue(point, out var known))
            return known;
        var kept = _log.Point(point);
        var document = kept ?? PointOf(ledger, point);
        var text = document.Base == point
            ? document.Text : PointChanges.Applied(TextOf(ledger, document.Base).Text, document.Text);
        // What is not kept yet may never be, and its key become another's.
        if (kept is null)
            return (text, document.SeedAt);
        if (_texts.Count >= RememberedTexts)
            _texts.Clear();
        return _texts[point] = (text, document.SeedAt);
    }

    /// <summary>A point that is kept, or one of a call that is to be committed together with this one.</summary>
    private PointDocument PointOf(Ledger ledger, long key) =>
        _log.Point(key) ?? ledger.Changes.OfType<PointPut>().FirstOrDefault(put => put.Document.Key == key)?.Document
        ?? throw new StoreException(
            $"{Location} has lost configuration {key}, which trials name. Restore the store from a back-up.");
}
