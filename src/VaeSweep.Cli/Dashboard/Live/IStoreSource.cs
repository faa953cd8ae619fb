using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Where the dashboard has a store from.</summary>
internal interface IStoreSource : IAsyncDisposable
{
    /// <summary>HOST:PORT of the head that is asked; null where none is, or where it is not known yet.</summary>
    string? Head { get; }

    /// <summary>The head is this very process.</summary>
    bool IsOwn { get; }

    /// <summary>A store, which is to be given back soon.</summary>
    /// <exception cref="StoreException">There is none to be had now.</exception>
    Task<BorrowedStore> BorrowAsync(CancellationToken cancellationToken);

    /// <summary>A borrowed store has failed: the next one is found anew.</summary>
    Task DropAsync(IStore store);

    /// <summary>Whether a head has taken a store that was only read.</summary>
    bool HasHeadAppeared();

    /// <summary>Another one when somebody has written to a store that is only read.</summary>
    long Stamp();
}

/// <summary>A store for the time of one answer.</summary>
/// <param name="IsLive">A head has it: it can be steered, and tells what changes.</param>
internal sealed class BorrowedStore(IStore store, bool isLive, Action giveBack) : IDisposable
{
    public IStore Store => store;

    public bool IsLive => isLive;

    public void Dispose() => giveBack();
}

/// <summary>The store of a head in this process.</summary>
internal sealed class OwnStore(IStore store, string? head) : IStoreSource
{
    public string? Head => head;

    public bool IsOwn => true;

    public Task<BorrowedStore> BorrowAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new BorrowedStore(store, isLive: true, static () => { }));

    public Task DropAsync(IStore dropped) => Task.CompletedTask;

    public bool HasHeadAppeared() => false;

    public long Stamp() => 0;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
