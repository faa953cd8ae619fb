using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The store that a command line names: asked of its head where one runs; else its file is read, and let go a moment
/// later, so that a head can start meanwhile.</summary>
internal sealed class FoundStore(ParseResult parsed, CliHost host) : IStoreSource
{
    // A starting head waits for readers five times as long.
    private static readonly TimeSpan _keptFor = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private IStore? _store;
    private int _users;
    private ITimer? _letGo;
    private bool _isClosed;

    public string? Head { get; private set; }

    public bool IsOwn => false;

    public async Task<BorrowedStore> BorrowAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _store ??= await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            Head = (_store as RemoteStore)?.Address;
            _users++;
            _letGo?.Dispose();
            _letGo = null;
            return new BorrowedStore(_store, _store is RemoteStore, GiveBack);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task DropAsync(IStore store)
    {
        await _gate.WaitAsync();
        try
        {
            // Those who have it still hear that it is closed.
            if (ReferenceEquals(store, _store))
                await CloseAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public bool HasHeadAppeared() => HeadWay.AddressOf(parsed, host) is not null
        || StoreLock.HeldBy(Stores.PathOf(parsed, host)) is not null;

    public long Stamp()
    {
        var store = Stores.PathOf(parsed, host);
        return Math.Max(File.GetLastWriteTimeUtc(store).Ticks, File.GetLastWriteTimeUtc(store + ".wal").Ticks);
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _isClosed = true;
        await CloseAsync();
        _gate.Release();
    }

    private void GiveBack()
    {
        // What follows may wait for a store that is being opened.
        _ = GiveBackAsync();
    }

    private async Task GiveBackAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (--_users == 0 && _store is not (null or RemoteStore))
                _letGo = host.Time.CreateTimer(_ => _ = LetGoAsync(), null, _keptFor, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task LetGoAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_users == 0 && _store is not (null or RemoteStore))
                await CloseAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task CloseAsync()
    {
        _letGo?.Dispose();
        (var store, _store, _letGo) = (_store, null, null);
        if (store is not null)
            await store.DisposeAsync();
    }
}
