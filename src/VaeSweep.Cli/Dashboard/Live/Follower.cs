using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Follows a store and tells the page's streams what has changed, at most five times a second. Where nobody listens it
/// only notes that something has.</summary>
internal sealed class Follower : IAsyncDisposable
{
    public static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _bestAfter = TimeSpan.FromSeconds(1);
    private const int BestShare = 100;

    private readonly IStoreSource _source;
    private readonly TimeProvider _time;
    private readonly HomeBook _home;
    private readonly LiveMessages _messages;
    private readonly Func<string, string> _pasteable;
    private readonly SemaphoreSlim _looking = new(1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly HashSet<long> _pending = [];
    private readonly Dictionary<long, (long Succeeded, long Retired)> _bestOf = [];
    private bool _allPending = true;
    private readonly TaskCompletionSource _stands = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _following = Task.CompletedTask;
    private Task _best = Task.CompletedTask;
    private long _number;
    private long? _published;
    private Standing? _told;

    /// <param name="pasteable">Completes the commands that a text advises.</param>
    public Follower(IStoreSource source, TimeProvider time, Func<string, string> pasteable)
    {
        (_source, _time, _home, _pasteable) = (source, time, new HomeBook(time), pasteable);
        Streams = new EventStreams(Marks.Epoch);
        _messages = new LiveMessages(_home, source, Streams, time);
    }

    public Marks Marks { get; } = new();

    public EventStreams Streams { get; }

    public Standing Standing { get; private set; } = new("away", null);

    public void Start() => _following = Task.Run(FollowAsync, _ended.Token);

    /// <summary>Something was done here: whoever asks next sees it, whether the store has told of it yet or not.</summary>
    public void Touch()
    {
        Marks.ChangeAll();
        lock (_gate)
            _allPending = true;
        Wake();
    }

    /// <summary>Looks at once, for a reader who begins.</summary>
    public void Wake()
    {
        TaskCompletionSource woken;
        lock (_gate)
            (woken, _wake) = (_wake, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        woken.TrySetResult();
    }

    /// <summary>The whole of what the first view shows, into an object.</summary>
    /// <returns>The number of the last event that it holds.</returns>
    public async Task<long> WriteAsync(Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
            _messages.WriteWhole(json, Standing, Marks.Epoch, _number);
            return _number;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Who works on the store: an array of JSON.</summary>
    public async Task<byte[]> NodesAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
            return _home.Nodes;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>A sweep as it stands now.</summary>
    /// <exception cref="HttpFault">There is none of that key.</exception>
    public async Task<HomeSweep> SweepAsync(long key, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
            return _home.Find(key) ?? throw new HttpFault(404, "there is no such sweep here; it may have been deleted.");
        }
        finally
        {
            _looking.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        Streams.End();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _best.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            BorrowedStore? borrowed = null;
            try
            {
                borrowed = await _source.BorrowAsync(_ended.Token);
                if (borrowed.IsLive)
                {
                    Stand("live", null);
                    await FollowAsync(borrowed.Store);
                }
                else
                {
                    borrowed.Dispose();
                    borrowed = null;
                    Stand("reading", "no head has this store open: what is shown is what it holds, and nothing can be steered. "
                        + "`vaesweep head`, or `vaesweep run SWEEP.yaml`, starts one, and this page follows it then.");
                    await ReadAsync();
                }
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is StoreException or CliException or ObjectDisposedException or IOException)
            {
                Stand(
                    "away",
                    failure is StoreException or CliException ? failure.Message : "the store cannot be asked just now.");
                if (borrowed is not null)
                    await _source.DropAsync(borrowed.Store);
                await PublishAsync();
                await WaitAsync(_again);
            }
            finally
            {
                borrowed?.Dispose();
            }
        }
    }

    private void Stand(string mode, string? says)
    {
        Standing = new Standing(mode, says is null ? null : _pasteable(says));
        Marks.ChangeAll();
        lock (_gate)
            _allPending = true;
        _stands.TrySetResult();
    }

    private async Task FollowAsync(IStore store)
    {
        var watched = (IWatchedStore)store;
        var (epoch, number) = ("", -1L);
        Task<StoreNews>? asked = null;
        while (true)
        {
            asked ??= watched.NewsAsync(epoch, number, _ended.Token);
            await AnyAsync(asked, Streams.Count > 0 ? _tick : Timeout.InfiniteTimeSpan);
            if (asked.IsCompleted)
            {
                var news = await asked;
                asked = null;
                if (news.Whole || epoch.Length == 0)
                    Marks.ChangeAll();
                else
                    Marks.Change(news.Sweeps);
                lock (_gate)
                {
                    _allPending |= news.Whole || epoch.Length == 0;
                    _pending.UnionWith(news.Sweeps);
                }

                (epoch, number) = (news.Epoch, news.Number);
            }

            _ended.Token.ThrowIfCancellationRequested();
            await PublishAsync();
            if (_published is { } last && Between - _time.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
                await WaitAsync(rest);
        }
    }

    /// <summary>Until a head has the store.</summary>
    private async Task ReadAsync()
    {
        var stamp = _source.Stamp();
        while (!_source.HasHeadAppeared())
        {
            if (_source.Stamp() is var now && now != stamp)
            {
                stamp = now;
                Stand(Standing.Mode, Standing.Says);
            }

            await PublishAsync();
            await AnyAsync(Task.Delay(_again, _time, _ended.Token), Timeout.InfiniteTimeSpan);
            _ended.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task AnyAsync(Task what, TimeSpan patience)
    {
        Task woken;
        lock (_gate)
            woken = _wake.Task;
        // A wait that nobody ends would stay for as long as the dashboard does.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        await Task.WhenAny(what, woken, Task.Delay(patience, _time, over.Token));
        await over.CancelAsync();
    }

    private Task WaitAsync(TimeSpan time) => Task.Delay(time, _time, _ended.Token)
        .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task PublishAsync()
    {
        if (Streams.Count == 0)
            return;
        await _looking.WaitAsync(_ended.Token);
        try
        {
            await CatchUpAsync(_ended.Token);
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Looks, and tells what is not as it was. By one at a time.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _stands.Task.WaitAsync(cancellationToken);
        HomeChange change;
        bool isAsked;
        lock (_gate)
            isAsked = _allPending || _pending.Count > 0;
        // A store that nobody writes to is as it was, and is not to be held.
        if (Standing.Mode == "away" || (Standing.Mode == "reading" && !isAsked))
        {
            change = Standing.Mode == "away" ? new HomeChange([], [], Nodes: false) : _home.Again(_number + 1);
        }
        else
        {
            long[]? changed;
            lock (_gate)
            {
                changed = _allPending ? null : [.. _pending];
                (_allPending, _) = (false, _pending.RemoveWhere(_ => true));
            }

            try
            {
                using var borrowed = await _source.BorrowAsync(cancellationToken);
                change = await _home.LookAsync(borrowed.Store, borrowed.IsLive, changed, _number + 1, cancellationToken);
                LookForBest(borrowed.IsLive);
            }
            catch
            {
                lock (_gate)
                    _allPending = true;
                throw;
            }
        }

        if (change.IsNothing && _told == Standing)
            return;
        _number++;
        _told = Standing;
        _published = _time.GetTimestamp();
        if (Streams.Count > 0)
            Streams.Publish(_number, _messages.Change(change, Standing, _number));
    }

    /// <summary>The best row of each sweep whose finished trials are others than when it was looked for last: one sweep after the
    /// other, and never for more than a hundredth of the time.</summary>
    private void LookForBest(bool isLive)
    {
        if (!_best.IsCompleted)
            return;
        var stale = _home.Sweeps.Where(one => one.Definition is not null
            && (one.Status.Count(TrialState.Succeeded), one.Status.Retired) != _bestOf.GetValueOrDefault(one.Status.Key))
            .ToList();
        if (stale.Count > 0)
            _best = Task.Run(() => BestAsync(stale, isLive), _ended.Token);
    }

    private async Task BestAsync(List<HomeSweep> stale, bool isLive)
    {
        var began = _time.GetTimestamp();
        foreach (var status in stale.Select(one => one.Status))
        {
            BestRow? best = null;
            try
            {
                if (status.Count(TrialState.Succeeded) > 0)
                {
                    using var borrowed = await _source.BorrowAsync(_ended.Token);
                    var tables = await TableAnswer.ReadAsync(
                        borrowed.Store, [status], null, new TableWishes(), withTrials: false, _ended.Token);
                    best = BestRow.Of(tables[0]);
                }
            }
            catch (Exception failure) when (failure is ResultsException or CliException or SweepFileException)
            {
                // A table that its own file does not describe well has no best row.
            }
            catch (Exception failure) when (failure is StoreException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }

            await _looking.WaitAsync(_ended.Token);
            _bestOf[status.Key] = (status.Count(TrialState.Succeeded), status.Retired);
            _home.Best(status.Key, best);
            _looking.Release();
            Wake();
        }

        if (isLive)
        {
            var took = _time.GetElapsedTime(began) * BestShare;
            await WaitAsync(took > _bestAfter ? took : _bestAfter);
        }
    }
}
