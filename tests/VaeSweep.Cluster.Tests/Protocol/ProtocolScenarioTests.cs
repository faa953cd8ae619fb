using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Protocol.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

/// <summary>Single mishaps of a head with two nodes, from which much is asked.</summary>
public sealed class ProtocolScenarioTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_head_that_was_frozen_for_longer_than_a_lease_queues_nothing_again(bool lateHeads)
    {
        var world = World(ProtocolRules.All with { LateHeads = lateHeads });
        world.Time.Pass(TimeSpan.FromSeconds(2));
        world.Head!.Freeze();
        // A machine that sleeps hears nothing.
        world.Network.CutOff.UnionWith(["one", "two"]);
        world.Time.Pass(world.Lease * 1.5);
        world.Network.Heal();
        world.Head.Thaw();
        Assert.True(world.Time.Until(world.IsDone, _patience));

        Assert.Equal(lateHeads, world.Log.Trials.All(one => one.Attempt == 1));
    }

    [Fact]
    public void A_node_that_was_frozen_for_longer_than_its_lease_has_lost_its_trials_and_nothing_it_says_counts()
    {
        var world = World(ProtocolRules.All);
        world.Time.Pass(TimeSpan.FromSeconds(2));
        var node = world.Nodes.First();
        node.Freeze();
        world.Time.Pass(world.Lease * 1.5);
        var dispatched = world.Log.Trials.Sum(one => one.Attempt);
        node.Thaw();
        Assert.True(world.Time.Until(world.IsDone, _patience));

        Assert.True(dispatched > world.Log.Trials.Count());
        Assert.Equal(dispatched, world.Log.Trials.Sum(one => one.Attempt));
        Assert.Empty(world.Breaches);
    }

    [Fact]
    public void What_a_node_held_whose_port_refuses_connections_runs_elsewhere_within_a_second()
    {
        var world = World(ProtocolRules.All);
        world.Time.Pass(TimeSpan.FromSeconds(2));
        var (node, head) = (world.Nodes.First(), world.Head!);
        var held = head.Ledger.RunningOn(node.Name).Select(one => one.Attempt.Trial).ToList();
        node.Kill();
        head.Gone(node.Name);
        var running = world.Time.Until(
            () => held.TrueForAll(key => world.Log.Trial(key) is { Attempt: 2, State: TrialState.Running }),
            TimeSpan.FromSeconds(1));

        Assert.NotEmpty(held);
        Assert.True(running);
    }

    [Fact]
    public void A_head_that_is_killed_costs_no_trial_a_dispatch()
    {
        var world = World(ProtocolRules.All);
        for (var kills = 0; kills < 20; kills++)
        {
            world.Time.Pass(TimeSpan.FromMilliseconds(700));
            world.Head!.Kill();
            world.Time.Pass(TimeSpan.FromMilliseconds(300));
            world.StartHead();
        }

        Assert.True(world.Time.Until(world.IsDone, _patience));

        Assert.All(world.Log.Trials, one => Assert.Equal(1, one.Attempt));
        Assert.Empty(world.Breaches);
    }

    private static SimulatedWorld World(ProtocolRules rules)
    {
        var world = new SimulatedWorld(7, rules, LedgerRules.All) { Calm = true, Epochs = TimeSpan.FromSeconds(8) };
        world.AddSweep("s", 4, 12);
        world.StartHead();
        world.AskForEverything();
        world.StartNode("one");
        world.StartNode("two");
        return world;
    }
}
