using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_node_is_alive_until_its_heartbeats_stop()
    {
        var node = new NodeInfo("host#1", "host", ["cpu:0", "cuda:0"], "0.1.0", "{\"torch\":\"1.13\"}");
        var started = Time.GetUtcNow();
        await BeatAsync(node);
        Time.Advance(Some.Lease / 2);
        await BeatAsync(node);
        await SubmitAsync(Some.Trials(2));
        await Store.ClaimAsync(Some.Claim(maxTrials: 2, node: "host#1"), Token);

        var alive = Assert.Single(await Store.ListNodesAsync(Token));
        Time.Advance(Some.Lease * 1.1);
        var gone = Assert.Single(await Store.ListNodesAsync(Token));

        Assert.Equal(node with { Devices = [] }, alive.Info with { Devices = [] });
        Assert.Equal(node.Devices, alive.Info.Devices);
        Assert.Equal((true, 2, started, started + (Some.Lease / 2)),
            (alive.Alive, alive.RunningTrials, alive.StartedAt, alive.SeenAt));
        Assert.False(gone.Alive);
    }

    [Fact]
    public async Task A_node_that_ended_gives_back_what_it_held_and_it_costs_no_attempt()
    {
        await BeatAsync(new NodeInfo("n1", "host", ["cpu:0"], "0.1.0", null));
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(3), Token);
        var mine = Assert.Single(await Store.ClaimAsync(Some.Claim("n1/cpu:0", node: "n1"), Token));
        await Store.AppendAsync(Some.Epochs(mine.Attempt, 1), Token);
        var others = Assert.Single(await Store.ClaimAsync(Some.Claim("n2/cpu:0", node: "n2"), Token));

        var evicted = await EvictAsync("n1");
        var again = await EvictAsync("n1");

        Assert.Equal([mine.Attempt], evicted);
        Assert.Empty(again);
        Assert.Equal((Directive.Lost, Directive.Continue), (await AskedAsync(mine.Attempt), await AskedAsync(others.Attempt)));
        Assert.Equal([mine.Attempt], await Store.AppendAsync(Some.Epochs(mine.Attempt, 2), Token));
        Assert.False(Assert.Single(await Store.ListNodesAsync(Token)).Alive);
        var next = Assert.Single(await Store.ClaimAsync(Some.Claim("n2/cpu:1", node: "n2"), Token));
        Assert.Equal((mine.TrialId, 2), (next.TrialId, next.Attempt.Attempt));
        await SucceedAsync(next);
        Assert.Equal(TrialState.Succeeded, (await TrialAsync(0)).State);

        Task<IReadOnlyList<AttemptKey>> EvictAsync(string node) => Ledgers.StepAsync<IReadOnlyList<AttemptKey>>(
            turn => [.. turn.Ledger.Evict(node, turn.Now).Select(turn.Ledger.KeyOf)]);
    }
}
