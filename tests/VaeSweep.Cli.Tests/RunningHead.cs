using System.Text.Json;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli.Tests;

/// <summary>A LiteDB store that is open in this process, with a desk that answers commands.</summary>
internal sealed class RunningHead : IAsyncDisposable
{
    public const string Secret = "a token of 32 bytes";

    private readonly ActorSystem _system;
    private readonly CommandDesk _desk;

    private RunningHead(string path, LedgerStore store, ActorSystem system, CommandDesk desk) =>
        (Path, Store, _system, _desk) = (path, store, system, desk);

    public string Path { get; }

    public LedgerStore Store { get; }

    public string Address => $"127.0.0.1:{Akka.Cluster.Cluster.Get(_system).SelfAddress.Port}";

    /// <param name="change">What is wrong with STORE.owner.</param>
    public static async Task<RunningHead> StartAsync(string path, Func<StoreOwner, StoreOwner>? change = null)
    {
        var store = (LedgerStore)StoreFactory.Open(path, TimeProvider.System);
        await store.MigrateAsync(LiteDbLab.Token);
        var system = Systems.Member("127.0.0.1", 0, Names.HeadRole, null);
        var cluster = Akka.Cluster.Cluster.Get(system);
        await cluster.JoinAsync(cluster.SelfAddress, LiteDbLab.Token);
        var desk = new CommandDesk(Served.Of(store), Secret, TimeProvider.System, NullLogger.Instance);
        system.ActorOf(DeskActor.PropsFor(desk), Names.Desk);
        var head = new RunningHead(path, store, system, desk);
        var owner = StoreOwner.Read(path)! with { Address = head.Address, Token = Secret };
        await File.WriteAllTextAsync(StoreOwner.PathOf(path), JsonSerializer.Serialize(change?.Invoke(owner) ?? owner),
            LiteDbLab.Token);
        return head;
    }

    /// <summary>The head is gone, and the store still held.</summary>
    public Task HangUpAsync() => _system.Terminate();

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await _desk.DisposeAsync();
        await Store.DisposeAsync();
    }
}
