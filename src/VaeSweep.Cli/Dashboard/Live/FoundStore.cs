using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The store that a command line names: asked of its head where one runs; else its file is read, and let go as soon as
/// somebody wants to write to it, or when nobody has asked for long.</summary>
internal sealed class FoundStore(ParseResult parsed, CliHost host) : IStoreSource
{
    // A starting head waits for readers twenty times as long.
    private static readonly TimeSpan _looksEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _keptFor = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _path = Stores.PathOf(parsed, host);
    private IStore? _store;
    private long _stamp;
    private int _users;
    private long _used;
    private ITimer? _looking;
    private bool _isClosed;

    public string? Head { get; private set; }

    public bool IsOwn => false;

    public async Task<BorrowedStore> BorrowAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_users == 0 && IsLeft())
                await CloseAsync();
            if (_store is null)
                await OpenAsync(cancellationToken);
            _users++;
            return new BorrowedStore(_store!, _store is RemoteStore, GiveBack);
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

    public bool HasHeadAppeared() => HeadWay.AddressOf(parsed, host) is not null || StoreLock.HeldBy(_path) is not null;

    public long Stamp() =>
        Math.Max(File.GetLastWriteTimeUtc(_path).Ticks, File.GetLastWriteTimeUtc(_path + ".wal").Ticks);

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _isClosed = true;
        await CloseAsync();
        _gate.Release();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        // Whoever waits for the file comes first.
        var since = host.Time.GetTimestamp();
        while (StoreLock.IsWanted(_path, host.Time) && host.Time.GetElapsedTime(since) < StoreLock.Patience)
            await Task.Delay(_looksEvery, host.Time, cancellationToken);
        _stamp = Stamp();
        _store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
        Head = (_store as RemoteStore)?.Address;
        if (_store is not RemoteStore)
            _looking = host.Time.CreateTimer(_ => _ = LookAsync(), null, _looksEvery, _looksEvery);
    }

    private void GiveBack()
    {
        // What follows may wait for a store that is being opened.
        _ = GiveBackAsync();
    }

    private async Task GiveBackAsync()
    {
        await _gate.WaitAsync();
        _users--;
        _used = host.Time.GetTimestamp();
        _gate.Release();
    }

    private async Task LookAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_users == 0 && IsLeft())
                await CloseAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether a file that is read is not to be kept open.</summary>
    private bool IsLeft() => _store is not (null or RemoteStore)
        && (StoreLock.IsWanted(_path, host.Time) || host.Time.GetElapsedTime(_used) > _keptFor || Stamp() != _stamp);

    private async Task CloseAsync()
    {
        _looking?.Dispose();
        (var store, _store, _looking) = (_store, null, null);
        if (store is not null)
            await store.DisposeAsync();
    }
}
