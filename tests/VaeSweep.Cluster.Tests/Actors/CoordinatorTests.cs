using System.Threading.Channels;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>What nodes and owners see of a head whose clock stands still, so that nothing happens but by their doing.</summary>
public sealed class CoordinatorTests : IAsyncLifetime
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(4);
    private readonly FakeTimeProvider _time = new();
    private readonly GatedLog _log = new();
    private readonly SaidLog _said = new();
    private readonly Channel<NodeEvent> _events = Channel.CreateUnbounded<NodeEvent>();
    private Head _head = null!;

    public async ValueTask InitializeAsync() => _head = await Head.StartAsync(new HeadSettings
    {
        Store = new LedgerStore(_log, _time, writer: TaskScheduler.Default), TimeProvider = _time, LoggerFactory = _said,
        Lease = _lease, OnEvent = happened => _events.Writer.TryWrite(happened),
    });

    public async ValueTask DisposeAsync()
    {
        _log.Failure = null;
        _log.Open();
        await _head.DisposeAsync();
    }

    [Fact]
    public async Task A_grant_leaves_after_its_commit_and_not_before()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        var held = _log.Close();
        node.Say(node.Beat(1, 1));
        await held;
        await node.SettleAsync();
        var before = node.Heard();
        _log.Open();
        var grant = await node.HearAsync<Grant>();

        Assert.Empty(before);
        Assert.Equal("{\"a\":1,\"seed\":0}", Assert.Single(grant.Trials).ConfigJson);
    }

    [Fact]
    public async Task Entries_are_received_at_once_and_durable_after_their_commit()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        var attempt = (await node.WantAsync(1, 1)).Trials[0].Attempt;
        var held = _log.Close();
        node.Say(node.Batch(1, ScriptedNode.Epoch(attempt, 1)));
        var received = await node.HearAsync<Ack>(ack => ack.Received == 1);
        await held;
        await node.SettleAsync();
        var before = node.Heard();
        _log.Open();
        var durable = await node.HearAsync<Ack>();

        Assert.Empty(before);
        Assert.Equal((0L, 1L), (received.Durable, durable.Durable));
    }

    [Fact]
    public async Task What_comes_while_a_commit_is_under_way_is_committed_together()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        var attempt = (await node.WantAsync(1, 1)).Trials[0].Attempt;
        var held = _log.Close();
        node.Say(node.Batch(1, ScriptedNode.Epoch(attempt, 1)));
        await held;
        for (var i = 2; i <= 10; i++)
            node.Say(node.Batch(i, ScriptedNode.Epoch(attempt, i)));
        node.Say(node.Batch(10, ScriptedNode.Epoch(attempt, 10)));
        var commits = _log.Commits;
        _log.Open();
        await node.HearAsync<Ack>(ack => ack.Durable == 10);

        Assert.InRange(_log.Commits - commits, 2, 3);
    }

    [Fact]
    public async Task An_owners_wish_reaches_a_node_at_once()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        var attempt = (await node.WantAsync(1, 1)).Trials[0].Attempt;
        node.Say(node.Beat(2, 0, attempt));
        await node.HearAsync<Ack>();
        await _head.Store.SetSweepStateAsync("s", SweepState.Paused, default);
        var ack = await node.HearAsync<Ack>(ack => ack.Directives.Count > 0);

        Assert.Equal(new Directed(attempt, Directive.Pause), Assert.Single(ack.Directives));
    }

    [Fact]
    public async Task New_trials_are_granted_at_once_to_a_node_that_waits()
    {
        await using var node = await JoinedAsync("n");
        node.Say(node.Beat(1, 1));
        await node.HearAsync<Ack>();
        await SubmitAsync(1);

        Assert.Single((await node.HearAsync<Grant>()).Trials);
    }

    [Fact]
    public async Task A_wrong_token_is_refused()
    {
        await using var node = await ScriptedNode.ServedAsync("n", _head);
        node.Say(node.Hello(_head.Token + "x"));

        Assert.Equal(Refusal.Token, (await node.HearAsync<Refused>()).Kind);
    }

    [Fact]
    public async Task A_silent_node_loses_its_trials_when_its_lease_has_run_out()
    {
        await SubmitAsync(1);
        await using var silent = await JoinedAsync("silent");
        var lost = (await silent.WantAsync(1, 1)).Trials[0].Attempt;
        await using var other = await JoinedAsync("other");
        var before = await PassAsync(other, _lease);
        var after = await PassAsync(other, TimeSpan.FromSeconds(1));

        Assert.Null(before);
        Assert.Equal(lost.Trial, Assert.Single(after!.Trials).Attempt.Trial);
        Assert.Contains("Warning: Node silent was not heard for 4 s; trials of its queued again: 1", _said.Lines);
    }

    [Fact]
    public async Task A_head_that_was_stopped_itself_gives_every_node_its_lease_again()
    {
        await SubmitAsync(1);
        await using var silent = await JoinedAsync("silent");
        await silent.WantAsync(1, 1);
        await using var other = await JoinedAsync("other");
        _time.Advance(TimeSpan.FromMinutes(1));
        var before = await PassAsync(other, _lease - TimeSpan.FromSeconds(1));
        var after = await PassAsync(other, TimeSpan.FromSeconds(2));

        Assert.Null(before);
        Assert.NotNull(after);
    }

    [Fact]
    public async Task A_node_whose_process_on_this_machine_has_ended_loses_its_trials_within_seconds()
    {
        await SubmitAsync(1);
        var here = NodeIdentity.NewName().Split(':');
        await using var dead = await JoinedAsync($"{here[0]}:{int.MaxValue}:{here[2]}:1:1");
        await dead.WantAsync(1, 1);
        await using var other = await JoinedAsync("other");

        Assert.NotNull(await PassAsync(other, TimeSpan.FromSeconds(3.5)));
        Assert.Contains(
            _said.Lines, line => line.EndsWith("without a word; trials of its queued again: 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trouble_with_the_store_is_said_once_and_its_end_too_and_nodes_hear_nothing_meanwhile()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        _log.Failure = new StoreException("the disk is gone");
        node.Say(node.Beat(1, 1));
        var trouble = await NextEventAsync();
        for (var i = 0; i < 4; i++)
        {
            node.Say(node.Beat(1, 1));
            _time.Advance(LeaseBook.LookEvery);
            await Assert.ThrowsAsync<StoreException>(() => _head.Store.IdentityAsync(default));
        }

        var meanwhile = node.Heard();
        _log.Failure = null;
        var recovers = NextEventAsync();
        // A look that comes while the one before is still under way is left out.
        while (!recovers.IsCompleted)
        {
            _time.Advance(LeaseBook.LookEvery);
            await node.SettleAsync();
        }

        var end = await recovers;
        node.Say(node.Beat(1, 1));
        var refused = await node.HearAsync<Refused>();
        node.Session = node.Session with { Number = 2 };
        await node.JoinAsync(_head.Token);

        Assert.Equal("the disk is gone", Assert.IsType<StoreUnreachable>(trouble).Reason);
        Assert.Empty(meanwhile);
        Assert.IsType<StoreRecovered>(end);
        Assert.Equal(Refusal.HelloFirst, refused.Kind);
        Assert.False(_events.Reader.TryRead(out _));
        Assert.Single((await node.WantAsync(1, 1)).Trials);
    }

    [Fact]
    public async Task A_node_that_ended_while_the_store_was_away_is_taken_out_afterwards()
    {
        await SubmitAsync(1);
        await using var dead = await JoinedAsync("dead");
        await dead.WantAsync(1, 1);
        await using var other = await JoinedAsync("other");
        _log.Failure = new StoreException("the disk is gone");
        _head.Coordinator.Tell(new Cluster.Actors.NodeGone("dead"), Akka.Actor.ActorRefs.NoSender);
        await NextEventAsync();
        _log.Failure = null;
        _time.Advance(LeaseBook.LookEvery);
        await NextEventAsync();
        other.Session = other.Session with { Number = 2 };
        await other.JoinAsync(_head.Token);

        Assert.Single((await other.WantAsync(1, 1)).Trials);
    }

    [Fact]
    public async Task What_no_head_hears_is_dropped_and_told_once_a_minute()
    {
        await using var node = await JoinedAsync("n");
        for (var i = 0; i < 100; i++)
            node.Say(new Refused(node.Session, Refusal.Version, "no"));
        node.Say("good day");
        node.Say(node.Beat(1, 0));
        await node.HearAsync<Ack>();
        var first = _said.Lines.Count(line => line.Contains("nothing that a head hears", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromMinutes(1));
        node.Say("good day");
        node.Say(node.Hello(_head.Token));
        await node.HearAsync<Ack>();
        var second = _said.Lines.Count(line => line.Contains("nothing that a head hears", StringComparison.Ordinal));

        Assert.Equal((1, 2), (first, second));
    }

    [Fact]
    public async Task A_fault_of_the_program_ends_the_head_with_its_cause()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        _log.PointFailure = new InvalidOperationException("impossible");
        node.Say(node.Beat(1, 1));
        var failure = await Assert.ThrowsAsync<HeadFailedException>(() => _head.Completion.WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal("The head has failed: impossible", failure.Message);
        Assert.Contains(_said.Lines, line => line.StartsWith("Critical: The head of memory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task People_see_how_a_node_is_connected_and_when_it_was_heard()
    {
        await using var here = await JoinedAsync("here");
        await using var there = ScriptedNode.Remote("there", _head.Address);
        await there.JoinAsync(_head.Token);
        _time.Advance(TimeSpan.FromSeconds(2));
        there.Say(there.Beat(1, 0));
        await there.HearAsync<Ack>(ack => ack.Durable == 0);
        var nodes = (await _head.Store.ListNodesAsync(default)).ToDictionary(one => one.Info.Node);

        Assert.Equal((NodeLink.Local, null), (nodes["here"].Info.Link, nodes["here"].Info.Address));
        Assert.Equal((NodeLink.Outpost, there.Address), (nodes["there"].Info.Link, nodes["there"].Info.Address));
        Assert.Equal(TimeSpan.FromSeconds(2), nodes["there"].SeenAt - nodes["here"].SeenAt);
    }

    [Fact]
    public async Task A_head_that_ends_confirms_what_is_under_way_and_tells_its_own_nodes()
    {
        await SubmitAsync(1);
        await using var node = await JoinedAsync("n");
        var attempt = (await node.WantAsync(1, 1)).Trials[0].Attempt;
        var held = _log.Close();
        node.Say(node.Batch(1, ScriptedNode.Epoch(attempt, 1)));
        await held;
        var end = _head.DisposeAsync().AsTask();
        _log.Open();
        await node.HearAsync<Ack>(ack => ack.Durable == 1);
        var wire = await node.WiredAsync();
        await end;

        Assert.Equal(Akka.Actor.ActorRefs.Nobody, wire);
        Assert.True(_head.Completion.IsCompletedSuccessfully);
    }

    private async Task<ScriptedNode> JoinedAsync(string name)
    {
        var node = await ScriptedNode.ServedAsync(name, _head);
        await node.JoinAsync(_head.Token);
        return node;
    }

    /// <summary>Lets time pass in the head's steps, while a node goes on wanting a trial.</summary>
    /// <returns>What it was granted.</returns>
    private async Task<Grant?> PassAsync(ScriptedNode node, TimeSpan time)
    {
        for (var end = _time.Elapsed + time; _time.Elapsed < end;)
        {
            _time.Advance(LeaseBook.LookEvery);
            node.Say(node.Beat(1, 1));
            await node.HearAsync<Ack>();
            // What a step grants follows its acks.
            await node.SettleAsync();
            if (node.Heard().OfType<Grant>().FirstOrDefault() is { } grant)
                return grant;
        }

        return null;
    }

    private async Task<NodeEvent> NextEventAsync() =>
        await _events.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    private async Task SubmitAsync(int trials) => await _head.Store.SubmitAsync(
        new SweepSubmission("s", "d"),
        Enumerable.Range(0, trials).Select(i => new Trial(i, $"{i:x64}", $"{{\"a\":1,\"seed\":{i}}}", i, "p", 10)), default);
}
