using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    private static readonly TimeSpan _duty = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task One_holder_leads_and_keeps_its_term_while_it_renews()
    {
        var first = await Store.TryLeadAsync("requeue", "a", _duty, Token);
        var other = await Store.TryLeadAsync("requeue", "b", _duty, Token);
        Time.Advance(_duty / 2);
        var renewed = await Store.TryLeadAsync("requeue", "a", _duty, Token);
        var elsewhere = await Store.TryLeadAsync("clean", "b", _duty, Token);

        Assert.Equal((1, null, 1, 1), (first, other, renewed, elsewhere));
    }

    [Fact]
    public async Task Terms_only_grow()
    {
        var terms = new List<long?> { await Store.TryLeadAsync("d", "a", _duty, Token) };
        Time.Advance(_duty * 2);
        terms.Add(await Store.TryLeadAsync("d", "b", _duty, Token));
        await Store.ResignAsync("d", "b", 2, Token);
        terms.Add(await Store.TryLeadAsync("d", "a", _duty, Token));
        Time.Advance(_duty * 2);
        terms.Add(await Store.TryLeadAsync("d", "a", _duty, Token));

        Assert.Equal([1L, 2L, 3L, 4L], terms);
    }

    [Fact]
    public async Task Only_the_holder_of_the_term_can_resign()
    {
        await Store.TryLeadAsync("d", "a", _duty, Token);
        await Store.ResignAsync("d", "b", 1, Token);
        await Store.ResignAsync("d", "a", 7, Token);

        Assert.Null(await Store.TryLeadAsync("d", "b", _duty, Token));
    }

    [Fact]
    public async Task Many_candidates_make_one_leader()
    {
        var terms = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(i => Task.Run(() => Store.TryLeadAsync("d", $"n{i}", _duty, Token), Token)));

        Assert.Equal(1L, Assert.Single(terms, term => term is not null));
    }

    [Fact]
    public async Task A_node_is_alive_until_its_heartbeats_stop()
    {
        var node = new NodeInfo("host#1", "host", ["cpu:0", "cuda:0"], "0.1.0", "{\"torch\":\"1.13\"}");
        var started = Time.GetUtcNow();
        await Store.HeartbeatAsync(node, _duty, Token);
        Time.Advance(_duty / 2);
        await Store.HeartbeatAsync(node, _duty, Token);
        await SubmitAsync(Some.Trials(2));
        await Store.ClaimAsync(Some.Claim(maxTrials: 2, node: "host#1"), Token);

        var alive = Assert.Single(await Store.ListNodesAsync(Token));
        Time.Advance(_duty * 1.1);
        var gone = Assert.Single(await Store.ListNodesAsync(Token));

        Assert.Equal(node with { Devices = [] }, alive.Info with { Devices = [] });
        Assert.Equal(node.Devices, alive.Info.Devices);
        Assert.Equal((true, 2, started, started + (_duty / 2)),
            (alive.Alive, alive.RunningTrials, alive.StartedAt, alive.SeenAt));
        Assert.False(gone.Alive);
    }

    [Fact]
    public async Task A_node_that_ended_gives_back_what_it_held_and_it_costs_no_attempt()
    {
        await Store.HeartbeatAsync(new NodeInfo("n1", "host", ["cpu:0"], "0.1.0", null), _duty, Token);
        await Store.TryLeadAsync("d", "n1", _duty, Token);
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(3), Token);
        var mine = Assert.Single(await Store.ClaimAsync(Some.Claim("n1/cpu:0", node: "n1"), Token));
        await Store.AppendAsync(Some.Epochs(mine.Attempt, 1), Token);
        var others = Assert.Single(await Store.ClaimAsync(Some.Claim("n2/cpu:0", node: "n2"), Token));

        var evicted = await Store.EvictNodeAsync("n1", Token);
        var again = await Store.EvictNodeAsync("n1", Token);

        Assert.Equal([mine.Attempt], evicted);
        Assert.Empty(again);
        Assert.Equal((Directive.Lost, Directive.Continue), (await RenewAsync(mine), await RenewAsync(others)));
        Assert.Equal([mine.Attempt], await Store.AppendAsync(Some.Epochs(mine.Attempt, 2), Token));
        Assert.Equal(2L, await Store.TryLeadAsync("d", "n2", _duty, Token));
        Assert.False(Assert.Single(await Store.ListNodesAsync(Token)).Alive);
        var next = Assert.Single(await Store.ClaimAsync(Some.Claim("n2/cpu:1", node: "n2"), Token));
        Assert.Equal((mine.TrialId, 2), (next.TrialId, next.Attempt.Attempt));
        await SucceedAsync(next);
        Assert.Equal(TrialState.Succeeded, (await TrialAsync(0)).State);
    }
}
