using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.Tests;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>The store's contract, kept by a head's store as commands see it.</summary>
public class RemoteStoreTests : StoreContract
{
    private MemoryLink? _link;

    protected override ManualTime Time { get; } = new();

    protected override LedgerStore Ledgers => ((HeadAndCommand)Store).Head;

    /// <summary>What happens to frames on the way.</summary>
    private protected virtual Random? Network => null;

    protected override Task<IStore> CreateStoreAsync()
    {
        var head = new LedgerStore(new MemoryLedgerLog(), Time);
        var desk = new CommandDesk(Served.Of(head), "token", TimeProvider.System, NullLogger.Instance);
        _link = new MemoryLink(desk, Network);
        return Task.FromResult<IStore>(
            new HeadAndCommand(head, new RemoteStore(_link, "token", TimeProvider.System), desk.DisposeAsync));
    }

    public override async ValueTask DisposeAsync()
    {
        Assert.InRange(_link!.LargestFrame, 1, Frame.MostPayload + 22);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
