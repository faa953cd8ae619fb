using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Security;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>Real actor systems over loopback.</summary>
public sealed class WireTests : IDisposable
{
    private readonly SomeKeys _keys = new();
    private readonly ListLogger _headLog = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task A_node_is_welcomed_speaks_with_the_coordinator_and_becomes_a_member()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        await using var node = new GatewayProbe(head.At, _keys.Join);

        var wire = (await node.ToldAsync<Connected>()).Wire;
        var ack = await node.GreetAsync(wire);

        Assert.Equal(StubHead.History, ack.History);
        Assert.Equal("node", (await head.HeardAsync<Hello>()).Session.Node);
        await node.LinkedAsync(isMember: true);
        Assert.Contains(Akka.Cluster.Cluster.Get(head.System).State.Members, one => one.HasRole(Names.WorkerRole));
        Assert.Empty(_headLog.Lines);
    }

    [Fact]
    public async Task Without_a_key_a_node_is_served_on_loopback()
    {
        await using var head = new StubHead(0, null);
        await using var node = new GatewayProbe(head.At, null);

        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);

        await node.LinkedAsync(isMember: true);
    }

    [Fact]
    public async Task Where_the_cluster_is_full_a_node_serves_as_an_outpost()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog, mostMembers: 1);
        await using var first = new GatewayProbe(head.At, _keys.Join);
        await first.LinkedAsync(isMember: true);
        await using var second = new GatewayProbe(head.At, _keys.Join);

        await second.LinkedAsync(isMember: false);
        await second.GreetAsync((await second.ToldAsync<Connected>()).Wire);

        Assert.Single(Akka.Cluster.Cluster.Get(head.System).State.Members, one => one.HasRole(Names.WorkerRole));
    }

    [Fact]
    public async Task A_head_that_comes_later_is_found_and_until_then_the_node_says_what_is_the_matter()
    {
        var port = StubHead.FreePort();
        await using var node = new GatewayProbe($"127.0.0.1:{port}", _keys.Join);
        var line = await node.Log.LineAsync("No way to the head");
        Assert.Contains("nothing listens there", line, StringComparison.Ordinal);

        await using var head = StubHead.WithKeys(_keys.Head, _headLog, port);

        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);
        await node.Log.LineAsync("is there");
    }

    [Fact]
    public async Task A_head_that_is_killed_and_started_again_at_its_address_is_found_again()
    {
        var port = StubHead.FreePort();
        await using var node = new GatewayProbe($"127.0.0.1:{port}", _keys.Join);
        for (var life = 0; life < 3; life++)
        {
            await using var head = StubHead.WithKeys(_keys.Head, _headLog, port);
            await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);
            await head.KillAsync();
            await node.ToldAsync<Disconnected>();
        }
    }

    [Fact]
    public async Task A_node_that_the_head_has_quarantined_makes_another_system()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        await using var node = new GatewayProbe(head.At, _keys.Join);
        var wire = (await node.ToldAsync<Connected>()).Wire;
        await node.LinkedAsync(isMember: true);
        var member = Akka.Cluster.Cluster.Get(head.System).State.Members.Single(one => one.HasRole(Names.WorkerRole));

        ((IRemoteActorRefProvider)((ExtendedActorSystem)head.System).Provider)
            .Quarantine(member.Address, member.UniqueAddress.Uid);

        Assert.Equal(wire, (await node.ToldAsync<Disconnected>()).Wire);
        var next = (await node.ToldAsync<Connected>()).Wire;
        Assert.NotEqual(wire, next);
        await node.GreetAsync(next);
        await node.Log.LineAsync("is made anew");
    }

    [Fact]
    public async Task A_node_that_is_taken_out_of_the_cluster_comes_back_as_an_outpost()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        // Its address is after the head's: the end of its cluster tells of the head's removal before its own.
        await using var node = new GatewayProbe(head.At, _keys.Join, options => options with { Listen = "127.0.0.2:0" });
        await node.ToldAsync<Connected>();
        await node.LinkedAsync(isMember: true);
        var cluster = Akka.Cluster.Cluster.Get(head.System);

        cluster.Down(cluster.State.Members.Single(one => one.HasRole(Names.WorkerRole)).Address);

        await node.Log.LineAsync("is made anew: the head's cluster has taken this node out");
        await ComesBackAsOutpostAsync(head, node);
    }

    [Fact]
    public async Task A_node_that_is_never_told_that_it_was_taken_out_comes_back_as_an_outpost()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        await using var node = new GatewayProbe(head.At, _keys.Join);
        var system = ((ActorRefWithCell)(await node.ToldAsync<Connected>()).Wire).Underlying.System;
        await node.LinkedAsync(isMember: true);
        var cluster = Akka.Cluster.Cluster.Get(head.System);
        var member = cluster.State.Members.Single(one => one.HasRole(Names.WorkerRole));
        var core = await system.ActorSelection("/system/cluster/core/daemon").ResolveOne(TimeSpan.FromSeconds(30));

        // No gossip is heard any more.
        ((IInternalActorRef)core).Suspend();
        cluster.Down(member.Address);
        ((IRemoteActorRefProvider)((ExtendedActorSystem)head.System).Provider)
            .Quarantine(member.Address, member.UniqueAddress.Uid);

        await node.Log.LineAsync("is made anew: the head has shut this connection out for good");
        await ComesBackAsOutpostAsync(head, node);
    }

    [Fact]
    public async Task A_node_that_closes_its_wire_leaves_the_cluster()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        await using var node = new GatewayProbe(head.At, _keys.Join);
        await node.LinkedAsync(isMember: true);
        var gone = new TaskCompletionSource();
        head.System.ActorOf(Props.Create(() => new RemovalListener(gone)));

        await node.CloseAsync();

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await node.ToldAsync<Disconnected>();
    }

    [Fact]
    public async Task Silence_of_a_head_ends_the_connection_and_it_is_asked_for_again()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        await using var node = new GatewayProbe(
            head.At, _keys.Join, options => options with { Silence = TimeSpan.FromSeconds(1) });
        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);

        await node.ToldAsync<Disconnected>();

        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);
        await node.Log.LineAsync("nothing was heard of it");
    }

    [Fact]
    public async Task A_head_that_answered_before_is_called_busy_and_not_wrongly_addressed()
    {
        await using var head = new StubHead(0, null);
        await using var node = new GatewayProbe(head.At, null, options => options with { Silence = TimeSpan.FromSeconds(1) });
        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);

        ((IInternalActorRef)head.Door).Suspend();

        var line = await node.Log.LineAsync("has too much to do. Training goes on");
        Assert.DoesNotContain("--key", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_address_is_listened_at_and_one_that_is_taken_is_told()
    {
        await using var head = StubHead.WithKeys(_keys.Head, _headLog);
        var port = StubHead.FreePort();
        await using var first = new GatewayProbe(head.At, _keys.Join, options => options with { Listen = $"127.0.0.1:{port}" });
        await first.LinkedAsync(isMember: true);
        Assert.Contains(Akka.Cluster.Cluster.Get(head.System).State.Members, one => one.Address.Port == port);

        await using var second = new GatewayProbe(head.At, _keys.Join, options => options with { Listen = $"127.0.0.1:{port}" });

        Assert.Contains("--listen HOST:PORT", await second.Log.LineAsync("cannot listen on"), StringComparison.Ordinal);
        await first.CloseAsync();
        await second.GreetAsync((await second.ToldAsync<Connected>()).Wire);
    }

    private static async Task ComesBackAsOutpostAsync(StubHead head, GatewayProbe node)
    {
        await node.ToldAsync<Disconnected>();
        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);
        while ((await head.HeardAsync<Arrival>()).WantsMembership)
        {
        }
    }

    private sealed class RemovalListener : ReceiveActor
    {
        public RemovalListener(TaskCompletionSource gone)
        {
            Akka.Cluster.Cluster.Get(Context.System).Subscribe(
                Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, [typeof(ClusterEvent.MemberRemoved)]);
            Receive<ClusterEvent.MemberRemoved>(_ => gone.TrySetResult());
        }
    }
}
