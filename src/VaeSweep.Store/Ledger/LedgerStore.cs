namespace VaeSweep.Store;

/// <summary>The store's contract, kept by a <see cref="Ledger"/> in memory over a log.</summary>
/// <remarks>
/// Calls are carried out one at a time, in the order of their arrival. Those that wait are committed together; no answer leaves
/// before its changes are kept, and none tells of changes that are not. When a commit fails, nobody knows what of it is kept but
/// the log: so the Ledger is thrown away and built anew from the log, rather than taken back to where it was. Its callers hear of
/// the failure and may ask again, since every call may be made twice.
/// </remarks>
public sealed partial class LedgerStore : IStore, IHousekeeping, IWatchedStore
{
    /// <summary>Calls that are committed together at most.</summary>
    private const int MostTogether = 1024;

    private readonly ILedgerLog _log;
    private readonly TimeProvider _time;
    private readonly StoreOptions _options;
    private readonly LedgerRules _rules;
    private readonly TaskScheduler? _writer;
    private readonly Lock _gate = new();
    private readonly Queue<Call> _waiting = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _working;
    private bool _closed;
    private Ledger? _ledger;

    /// <param name="log">Is the store's from now on.</param>
    /// <param name="writer">Where the log is used; null: on the threads of the callers, for a log that makes nobody wait.</param>
    public LedgerStore(ILedgerLog log, TimeProvider time, StoreOptions? options = null, TaskScheduler? writer = null)
        : this(log, time, options, writer, LedgerRules.All)
    {
    }

    internal LedgerStore(ILedgerLog log, TimeProvider time, StoreOptions? options, TaskScheduler? writer, LedgerRules rules) =>
        (_log, _time, _options, _writer, _rules) = (log, time, options ?? new StoreOptions(), writer,
            options?.ArtifactsFolder is { } folder ? rules with { Place = new ArtifactPlace(folder) } : rules);

    public IResults Results => new LedgerResults(this);

    public string Location => _log.Location;

    /// <summary>Where a file is that the store has a path of.</summary>
    internal string? Here(string? path) => path is null ? null : _rules.Place?.Here(path) ?? path;

    /// <summary>For questions, inside a call.</summary>
    internal ILedgerLog Log => _log;

    public Task MigrateAsync(CancellationToken cancellationToken) => DoAsync((ledger, _) => ledger.Term, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (!_working)
                _idle.SetResult();
        }

        // Calls that came before it are carried out.
        _log.StopWaiting();
        await _idle.Task;
        // A question that nobody waits for any more may still run in the mirror; those behind it find the store closed.
        await _queries.WaitAsync(CancellationToken.None);
        _mirror?.Dispose();
        _queries.Release();
        _log.Dispose();
    }

    /// <summary>Carries out one event or question.</summary>
    internal Task<T> DoAsync<T>(Func<Ledger, DateTimeOffset, T> work, CancellationToken cancellationToken) =>
        DoAsync(new Call<T>(work, cancellationToken));

    private Task<T> DoAsync<T>(Call<T> call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IStore));
            _waiting.Enqueue(call);
            if (_working)
                return call.Answer;
            _working = true;
        }

        if (_writer is null)
            CarryOut();
        else
            _ = Task.Factory.StartNew(CarryOut, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _writer);
        return call.Answer;
    }

    /// <summary>Works until nobody waits.</summary>
    private void CarryOut()
    {
        var together = new List<Call>();
        while (true)
        {
            together.Clear();
            lock (_gate)
            {
                while (together.Count < MostTogether && _waiting.TryDequeue(out var call))
                    together.Add(call);
                if (together.Count == 0)
                {
                    _working = false;
                    if (_closed)
                        _idle.SetResult();
                    return;
                }
            }

            var isNews = CarryOut(together);
            foreach (var call in together)
                call.Tell();
            if (isNews)
                OnChanged?.Invoke();
        }
    }

    /// <returns>Whether something was committed that no head's step had changed.</returns>
    private bool CarryOut(List<Call> calls)
    {
        try
        {
            var (ledger, isNews) = (_ledger ??= Open(), false);
            foreach (var call in calls)
            {
                var before = ledger.Changes.Count;
                call.Do(ledger, _time, _options.ReadOnly);
                isNews |= !call.IsStep && ledger.Changes.Count > before;
            }

            Commit(ledger);
            return isNews;
        }
        catch (Exception failure)
        {
            _ledger = null;
            _mirror?.Spoil();
            StoreMeter.Failures.Add(1);
            var told = failure is StoreException
                ? failure : new StoreException($"{Location} cannot be used: {failure.Message}", failure);
            foreach (var call in calls)
                call.Fail(told);
            return false;
        }
    }

    private Ledger Open()
    {
        var ledger = Ledger.Load(_log.Load(), _rules);
        var store = _log.Identity;
        if (!_options.ReadOnly || ledger.IsNew)
        {
            ledger.Start(store.Identity, store.Generation, !ledger.IsNew
                && ledger.Generation != store.Generation, _time.GetUtcNow());
        }
        if (_options.ReadOnly)
            ledger.Settle();
        Commit(ledger);
        return ledger;
    }

    private void Commit(Ledger ledger)
    {
        if (ledger.Changes.Count == 0)
            return;
        var began = _time.GetTimestamp();
        _log.Commit(ledger.Changes);
        StoreMeter.Commits.Record(_time.GetElapsedTime(began).TotalSeconds);
        if (StoreMeter.Epochs.Enabled)
            StoreMeter.Epochs.Add(ledger.Changes.OfType<ReportsAppended>().Sum(one => one.Reports.Count));
        _mirror?.Hear(ledger.Changes);
        _feed?.Hear(ledger, ledger.Changes);
        _reported.Hear(ledger, ledger.Changes);
        ledger.Settle();
    }

    /// <summary>One call and who waits for its answer.</summary>
    private abstract class Call
    {
        /// <summary>It is a head's own, which knows what it changes.</summary>
        public bool IsStep { get; init; }

        /// <summary>Does the work; where it is refused, nothing of it stays.</summary>
        public abstract void Do(Ledger ledger, TimeProvider time, bool readOnly);

        public abstract void Fail(Exception failure);

        /// <summary>Lets the answer out.</summary>
        public abstract void Tell();
    }

    private sealed class Call<T>(Func<Ledger, DateTimeOffset, T> work, CancellationToken cancellationToken) : Call
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _failure;

        public Task<T> Answer => _answer.Task;

        public override void Do(Ledger ledger, TimeProvider time, bool readOnly)
        {
            var mark = ledger.Mark();
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                _result = work(ledger, time.GetUtcNow());
                if (readOnly && ledger.Changes.Count > 0)
                    throw new StoreException("The store was opened to be read, and this would change it.");
            }
            catch (Exception failure)
            {
                ledger.Undo(mark);
                _failure = failure;
            }
        }

        public override void Fail(Exception failure) => _failure ??= failure;

        public override void Tell()
        {
            if (_failure is OperationCanceledException)
                _answer.TrySetCanceled(cancellationToken);
            else if (_failure is not null)
                _answer.TrySetException(_failure);
            else
                _answer.TrySetResult(_result);
        }
    }
}
