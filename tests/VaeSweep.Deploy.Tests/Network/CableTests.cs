namespace VaeSweep.Deploy.Tests.Network;

/// <summary>Nodes whose network fails as networks do: packets vanish, and neither end is told.</summary>
public sealed class CableTests(Undisturbed quiet) : NetworkTests(quiet, places: 2)
{
    /// <summary>Seconds after which membership has given up nodes that do not see each other.</summary>
    private const int LongerThanMembership = 40;

    [Fact(Skip = Long.Only, SkipUnless = nameof(Long.Runs), SkipType = typeof(Long))]
    public async Task A_node_whose_cable_was_pulled_writes_nothing_late_and_works_again_when_it_is_back()
    {
        await SubmitAsync("cable");
        await using var cut = await StartNodeAsync(0, devices: 2);
        await AtWorkAsync("cable", 1, cut);

        await Network.PullAsync(0, Token);
        await using var other = await StartNodeAsync(1, devices: 2);
        // The one that was cut off has not been heard of for its lease: another goes on with its trials.
        await AtWorkAsync("cable", 2, cut, other);
        var written = await ReportedAsync("cable", 1);
        await Network.PlugAsync(0, Token);
        await SaidAsync(cut, "went to another worker", 2);
        await SucceededAsync("cable", cut, other);
        await other.LeaveAsync(Token);
        await SubmitAsync("after");
        await SucceededAsync("after", cut);
        await cut.LeaveAsync(Token);

        var outcomes = await Lab.QueryAsync("SELECT outcome FROM attempts WHERE sweep = 'cable' AND attempt = 1", Token);
        Assert.Equal([["lost"], ["lost"]], outcomes);
        Assert.Equal(written, await ReportedAsync("cable", 1));
        await AsIfNothingHadHappenedAsync("cable");
        await AsIfNothingHadHappenedAsync("after");
    }

    [Fact(Skip = Long.Only, SkipUnless = nameof(Long.Runs), SkipType = typeof(Long))]
    public async Task Pairs_that_are_kept_apart_and_a_head_that_is_kept_from_all_cost_no_number()
    {
        await SubmitAsync("pair");
        await using var first = await StartNodeAsync(0, devices: 1);
        await using var second = await StartNodeAsync(1, devices: 1);
        await AtWorkAsync("pair", 1, first, second);

        await Network.CutPairAsync(0, 1, Token);
        await LastsAsync(LongerThanMembership);
        await Network.MendPairAsync(0, 1, Token);
        await SucceededAsync("pair", first, second);
        var attempts = await MostAttemptsAsync("pair");
        await SubmitAsync("apart");
        await AtWorkAsync("apart", 1, first, second);
        await Network.CutHostAsync(Token);
        // They train on: what they write meanwhile is told to nobody.
        await SaidAsync(first, "the head does not answer", 1);
        await LastsAsync(2 * Lease);
        await Network.MendHostAsync(Token);
        await SucceededAsync("apart", first, second);
        await first.LeaveAsync(Token);
        await second.LeaveAsync(Token);

        Assert.Equal(1, attempts);
        Assert.InRange(await MostAttemptsAsync("apart"), 1, 3);
        await AsIfNothingHadHappenedAsync("pair");
        await AsIfNothingHadHappenedAsync("apart");
        Long.Proved($"two nodes were kept apart for {LongerThanMembership} s, and the head from both for longer than a lease: "
            + $"{attempts} and at most {await MostAttemptsAsync("apart")} attempts, every number as without");
    }

    [Fact(Skip = Long.Only, SkipUnless = nameof(Long.Runs), SkipType = typeof(Long))]
    public async Task Nodes_behind_a_network_that_loses_packets_train_what_undisturbed_ones_train()
    {
        var weak = await Network.WeakenAsync(0, Token);
        Assert.SkipWhen(weak is null, "this kernel has neither netem nor the firewall's statistic match.");
        await SubmitAsync("weak");
        await using var node = await StartNodeAsync(0, devices: 2);

        await SucceededAsync("weak", node);
        await node.LeaveAsync(Token);

        await AsIfNothingHadHappenedAsync("weak");
        Long.Proved($"a node trained over a network that lost packets ({weak}): "
            + $"at most {await MostAttemptsAsync("weak")} attempts, every number as without");
    }
}
