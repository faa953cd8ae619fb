using VaeSweep.Store.Sqlite;

namespace VaeSweep.Store;

/// <content>Finding trials, and SQL.</content>
public sealed partial class LedgerStore
{
    // One question of SQL at a time: they share the mirror.
    private readonly SemaphoreSlim _queries = new(1);
    private LedgerMirror? _mirror;

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => Told(ledger, ledger.Find(idPrefix, sweep, limit)), cancellationToken);

    public async Task<QueryResult> QueryAsync(string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _queries.WaitAsync(cancellationToken);
        try
        {
            if (_mirror is { IsStale: true } stale)
            {
                await DoAsync((_, _) => _mirror = null, cancellationToken);
                stale.Dispose();
            }

            var mirror = await CatchUpAsync(sql, cancellationToken);
            return await Task.Run(
                () => new SqliteQuery(_options.MaxQueryRows).Run(mirror.Connection, sql, parameters, timeout, cancellationToken), cancellationToken);
        }
        finally
        {
            _queries.Release();
        }
    }

    /// <summary>Brings the mirror up to date, as far as a question needs it.</summary>
    private async Task<LedgerMirror> CatchUpAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            var (mirror, news) = await DoAsync(
                (ledger, _) =>
                {
                    _mirror ??= new LedgerMirror();
                    return (_mirror, _mirror.Ask(LedgerMirror.PartsOf(sql), parts => Snapshot(ledger, parts)));
                },
                cancellationToken);
            // What it was told must arrive, whether the question is still wanted or not.
            await Task.Run(() => mirror.Take(news), CancellationToken.None);
            return mirror;
        }
        catch
        {
            _mirror?.Spoil();
            throw;
        }
    }

    /// <summary>What is stored of some parts, as the changes that would make it.</summary>
    private List<Change> Snapshot(Ledger ledger, MirrorParts parts)
    {
        var changes = new List<Change>(ledger.Documents().Where(change => LedgerMirror.IsOf(change, parts)));
        var trials = ledger.Documents().OfType<TrialPut>().Select(put => put.Document).ToList();
        if (parts.HasFlag(MirrorParts.Points))
        {
            var keys = trials.Select(trial => trial.Point).ToHashSet();
            var points = keys.Select(key => PointOf(ledger, key)).ToList();
            var bases = points.Select(point => point.Base).Except(keys).Select(key => PointOf(ledger, key));
            changes.AddRange(points.Concat(bases).OrderBy(point => point.Key).Select(point => new PointPut(point)));
        }

        if (trials.Count == 0)
            return changes;
        var (first, last) = (trials[0].Key, trials[^1].Key);
        if (parts.HasFlag(MirrorParts.Epochs))
            changes.AddRange(_log.Reports(first, last).Select(one => new ReportsAppended(one.Trial, one.Attempt, [one.Report])));
        if (parts.HasFlag(MirrorParts.Events))
            changes.AddRange(_log.Events(first, last).Select(one => new EventPut(one)));
        if (parts.HasFlag(MirrorParts.Evaluations))
            changes.AddRange(_log.Evaluations(first, last).Select(one => new EvaluationPut(one)));
        return changes;
    }
}
