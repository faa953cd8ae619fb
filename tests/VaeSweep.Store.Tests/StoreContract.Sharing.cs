using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <content>Several sweeps and several kinds of nodes beside each other.</content>
public abstract partial class StoreContract
{
    [Fact]
    public async Task A_sweep_of_higher_priority_goes_first_from_the_moment_it_is_asked_for()
    {
        await Store.SubmitAsync(Some.Sweep("old"), Some.Trials(3), Token);
        await Store.SubmitAsync(Some.Sweep("new") with { Priority = 1 }, Some.Trials(3), Token);
        var first = await ClaimOneAsync();

        var known = await Store.AdjustSweepAsync("old", new SweepAdjustment { Priority = 5 }, Token);
        var second = await ClaimOneAsync();
        var unknown = await Store.AdjustSweepAsync("nobody", new SweepAdjustment { Priority = 5 }, Token);

        Assert.Equal(("new", "old", true, false), (first.Sweep, second.Sweep, known, unknown));
        Assert.Equal([("old", 5), ("new", 1)], (await Store.ListSweepsAsync(Token)).Select(s => (s.Name, s.Priority)));
    }

    [Fact]
    public async Task No_more_trials_of_a_sweep_run_at_once_than_its_limit()
    {
        await Store.SubmitAsync(Some.Sweep("limited") with { MaxConcurrent = 2, Priority = 1 }, Some.Trials(6), Token);
        await Store.SubmitAsync(Some.Sweep("other"), Some.Trials(1), Token);
        var pack = await Store.ClaimAsync(Some.Claim(maxTrials: 5), Token);
        var next = await ClaimOneAsync();
        await SucceedAsync(pack[0]);
        var freed = await ClaimOneAsync();
        var none = await Store.ClaimAsync(Some.Claim(), Token);
        await Store.AdjustSweepAsync("limited", new SweepAdjustment { NoLimit = true }, Token);
        var rest = await Store.ClaimAsync(Some.Claim(maxTrials: 5), Token);

        Assert.Equal(["limited", "limited"], pack.Select(c => c.Sweep));
        Assert.Equal(("other", "limited", 0, 3), (next.Sweep, freed.Sweep, none.Count, rest.Count));
    }

    [Fact]
    public async Task A_limit_holds_when_many_claim_at_once()
    {
        await Store.SubmitAsync(Some.Sweep() with { MaxConcurrent = 3 }, Some.Trials(40), Token);

        var claims = await Task.WhenAll(
            Enumerable.Range(0, 24).Select(i => Task.Run(() => Store.ClaimAsync(Some.Claim($"w{i}"), Token), Token)));

        Assert.Equal(3, claims.Sum(c => c.Count));
    }

    [Fact]
    public async Task The_first_claim_fixes_a_sweeps_software_and_others_get_nothing_until_its_owner_allows_it()
    {
        await SubmitAsync(Some.Trials(4));
        var mine = Some.Claim() with { Stack = "numerics 1, libtorch 2.10.0, base kernels" };
        await Store.ClaimAsync(mine, Token);
        var other = await Store.ClaimAsync(Some.Claim() with { Stack = "numerics 1, libtorch 2.10.0" }, Token);
        var same = await Store.ClaimAsync(Some.Claim() with { Stack = mine.Stack }, Token);
        var stack = (await Store.GetSweepAsync(SweepName, Token))!.Stack;
        await Store.AdjustSweepAsync(SweepName, new SweepAdjustment { AnyStack = true }, Token);
        var mixed = await Store.ClaimAsync(Some.Claim() with { Stack = "numerics 1, libtorch 2.10.0" }, Token);

        Assert.Equal((0, 1, 1, mine.Stack), (other.Count, same.Count, mixed.Count, stack));
        Assert.Equal(SweepStatus.AnyStack, (await Store.GetSweepAsync(SweepName, Token))!.Stack);
    }

    [Fact]
    public async Task Software_is_fixed_once_when_different_workers_come_at_the_same_time()
    {
        await SubmitAsync(Some.Trials(40));

        var claims = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i =>
                Task.Run(() => Store.ClaimAsync(Some.Claim($"w{i}") with { Stack = $"stack {i % 2}" }, Token), Token)));

        var stack = (await Store.GetSweepAsync(SweepName, Token))!.Stack;
        Assert.All(claims.Select((c, i) => (c.Count, i)), one => Assert.Equal($"stack {one.i % 2}" == stack ? 1 : 0, one.Count));
    }

    [Fact]
    public async Task A_nodes_load_and_note_are_those_of_its_last_heartbeat()
    {
        var node = new NodeInfo("n", "host", ["cpu:0"], "0.1.0", null) { Load = "{\"cpu\":0.5}" };
        await BeatAsync(node);
        await BeatAsync(node with { Note = "leaving" });

        var info = Assert.Single(await Store.ListNodesAsync(Token)).Info;

        Assert.Equal(("{\"cpu\":0.5}", "leaving"), (info.Load, info.Note));
    }
}
