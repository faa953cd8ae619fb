using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class EvictionTests
{
    [Fact]
    public void Trials_of_a_killed_process_on_this_machine_are_taken_up_at_once_and_it_costs_them_no_attempt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var cluster = new SimulatedCluster();
        cluster.Submit(1, maxAttempts: 1);
        var parts = NodeIdentity.NewName().Split(':');
        var dead = string.Join(':', [.. parts[..3], "12345", parts[4]]);
        cluster.Run(async () =>
        {
            await cluster.Store.HeartbeatAsync(new NodeInfo(dead, "here", ["cpu:0"], "", null), TimeSpan.FromMinutes(1), CancellationToken.None);
            return await cluster.Store.ClaimAsync(
                new ClaimRequest($"{dead}/cpu:0", "cpu:0", "t", TimeSpan.FromMinutes(1), Node: dead), CancellationToken.None);
        });

        var node = cluster.Start(cluster.Options());
        var took = cluster.Until(() => cluster.Script.Jobs.Count == 1);
        cluster.Finish(node);

        Assert.InRange(took.TotalSeconds, 0, 0.1);
        cluster.AssertAllSucceeded();
        Assert.Equal(0, cluster.Store.Trials[0].Failures);
        Assert.Equal(TrialState.Succeeded, cluster.Store.Trials[0].State);
    }
}
