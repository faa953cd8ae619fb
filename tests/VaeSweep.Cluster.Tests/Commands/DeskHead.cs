using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.Tests;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>As much of a head as answers commands: a real cluster member on loopback with a desk, and a store in
/// memory.</summary>
internal sealed class DeskHead : IAsyncDisposable
{
    public const string Token = "the token";

    private DeskHead(ActorSystem system, LedgerStore store, CommandDesk desk) => (System, Store, Desk) = (system, store, desk);

    public ActorSystem System { get; }

    public LedgerStore Store { get; }

    public CommandDesk Desk { get; }

    public string Address => $"127.0.0.1:{Akka.Cluster.Cluster.Get(System).SelfAddress.Port}";

    public static async Task<DeskHead> StartAsync(int port = 0, LedgerStore? store = null, ILogger? logger = null)
    {
        var system = Systems.Member("127.0.0.1", port, Names.HeadRole, null);
        store ??= new LedgerStore(new MemoryLedgerLog(), new ManualTime());
        var desk = new CommandDesk(Served.Of(store), Token, TimeProvider.System, logger ?? NullLogger.Instance);
        var cluster = Akka.Cluster.Cluster.Get(system);
        await cluster.JoinAsync(cluster.SelfAddress, TestContext.Current.CancellationToken);
        system.ActorOf(DeskActor.PropsFor(desk), Names.Desk);
        return new DeskHead(system, store, desk);
    }

    public RemoteStore Connect(string? token = Token) => RemoteStore.Connect(Address, token, null, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await System.Terminate();
        await Desk.DisposeAsync();
        await Store.DisposeAsync();
    }
}
