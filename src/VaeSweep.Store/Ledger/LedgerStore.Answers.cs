namespace VaeSweep.Store;

/// <content>Finding trials, and SQL.</content>
public sealed partial class LedgerStore
{
    // One question of SQL at a time: they share the mirror.
    private readonly SemaphoreSlim _queries = new(1);
    private LedgerMirror? _mirror;

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(
        string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => Told(ledger, ledger.Find(idPrefix, sweep, limit)), cancellationToken);

    public async Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var rows = new RowList(_options.MaxQueryRows);
        await QueryAsync(sql, parameters, timeout, rows, cancellationToken);
        return rows.Result;
    }

    public async Task<bool> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, IRowSink rows,
        CancellationToken cancellationToken)
    {
        await _queries.WaitAsync(cancellationToken);
        try
        {
            using var watch = new QueryWatch(timeout, _options.Query.TemporaryBytes, cancellationToken);
            var mirror = await CatchUpAsync(LedgerMirror.PartsOf(sql), watch, timeout, cancellationToken);
            return await Task.Run(
                () => new QueryRun(mirror.Database, _options.Query, watch).Run(sql, parameters, timeout, rows, cancellationToken),
                cancellationToken);
        }
        finally
        {
            _queries.Release();
        }
    }

    /// <summary>Brings the mirror up to date, as far as a question needs it.</summary>
    private async Task<LedgerMirror> CatchUpAsync(
        MirrorParts parts, QueryWatch watch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await DropStaleAsync(cancellationToken);
        try
        {
            var (mirror, heard, filling) = await DoAsync(
                (ledger, _) =>
                {
                    _mirror ??= new LedgerMirror(Here);
                    var missing = _mirror.Want(parts);
                    return (_mirror, _mirror.TakeHeard(), MirrorFilling.Of(ledger, missing));
                },
                cancellationToken);
            // What it was told must arrive, whether the question is still wanted or not.
            await Task.Run(() => mirror.Write(heard), CancellationToken.None);
            foreach (var held in filling.Held)
            {
                RequireTime();
                await Task.Run(() => mirror.Write(held), cancellationToken);
            }

            foreach (var read in filling.Slices)
            {
                RequireTime();
                var slice = await DoAsync(
                    (_, _) => new List<Change>([.. mirror.TakeHeard(), .. read(_log)]), cancellationToken);
                await Task.Run(() => mirror.Write(slice), cancellationToken);
            }

            var last = await DoAsync((_, _) => mirror.TakeHeard(), cancellationToken);
            await Task.Run(() => mirror.Write(last), CancellationToken.None);
            return !mirror.IsStale ? mirror
                : throw new StoreException($"{Location} failed while it was read, and goes on without what it lost: ask again.");
        }
        catch
        {
            _mirror?.Spoil();
            throw;
        }

        void RequireTime()
        {
            if (watch.IsLate)
                throw QueryAdvice.TooLong(timeout, inner: null);
        }
    }

    private async Task DropStaleAsync(CancellationToken cancellationToken)
    {
        if (_mirror is not { IsStale: true } stale)
            return;
        await DoAsync((_, _) => _mirror = null, cancellationToken);
        stale.Dispose();
    }
}
