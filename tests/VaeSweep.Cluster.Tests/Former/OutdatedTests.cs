using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class OutdatedTests
{
    private readonly SimulatedCluster _cluster = new(new TrainerScript { Epochs = 1000 });

    [Fact]
    public async Task A_node_whose_store_a_newer_program_has_changed_gives_its_trials_back_at_a_checkpoint_and_says_why()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Until(() => _cluster.Store.Trials.All(t => t.Epochs.Count >= 3));
        _cluster.Store.Before = (call, _) => call == "heartbeat" ? throw new StoreOutdatedException("The store has schema 99.") : Task.CompletedTask;

        var took = _cluster.Until(() => node.Completion.IsCompleted);

        var error = await Assert.ThrowsAsync<NodeFailedException>(() => node.Completion);
        Assert.Equal("The store has schema 99. This node has brought its trials to a checkpoint, given them back and left.", error.Message);
        Assert.InRange(took.TotalSeconds, 0, 10);
        Assert.All(_cluster.Store.Trials, t => Assert.Equal((TrialState.Queued, (int?)t.Epochs.Count), (t.State, t.CheckpointEpoch)));
    }
}
