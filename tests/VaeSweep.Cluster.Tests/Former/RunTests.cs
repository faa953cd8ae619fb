using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class RunTests
{
    private readonly SimulatedCluster _cluster = new();

    [Fact]
    public void A_sweep_runs_to_its_end_on_all_devices()
    {
        _cluster.Submit(6);

        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        var outcome = _cluster.Finish(node);

        Assert.Equal(RunOutcome.Done, outcome);
        _cluster.AssertAllSucceeded();
        // 3 trials of 5 one-second epochs on each device, one after the other.
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 15, 16);
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        Assert.Equal(2, _cluster.Launcher.Started.Count);
    }

    [Fact]
    public void A_node_leaves_when_its_last_trial_has_ended_however_dear_it_is_to_look()
    {
        _cluster.Store.Before = (call, ct) => call == "list sweeps" ? Task.Delay(TimeSpan.FromSeconds(1), _cluster.Clock, ct) : Task.CompletedTask;
        _cluster.Submit(1);

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        // Five epochs of a second, a look that was on its way, and the last.
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 5, 7.5);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(250, 500)]
    public void Long_trials_that_follow_a_short_one_are_left_to_devices_that_idle(int claimForMilliseconds, int epochs)
    {
        _cluster.Script.EpochTime = job => job.Trials[0].ConfigJson.Contains("\"seed\":0", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1);
        _cluster.Submit(1);
        _cluster.Submit(4, sweep: "long", epochs: epochs);
        var options = _cluster.Options() with { ClaimFor = TimeSpan.FromMilliseconds(claimForMilliseconds) };
        _cluster.Start(options);
        _cluster.Pass(TimeSpan.FromSeconds(10));

        _cluster.Start(options);
        _cluster.Pass(TimeSpan.FromSeconds(10));

        // The short one and that of the same seed, then an hour each on both nodes.
        Assert.Equal(4, _cluster.Script.Jobs.Count);
        Assert.Equal(2, _cluster.Store.Trials.Count(t => t.State == TrialState.Running));
    }

    [Fact]
    public void Events_tell_the_story_in_order()
    {
        _cluster.Submit(1);

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var story = _cluster.Events.Where(e => e is not SweepProgress).Select(e => e switch
        {
            DeviceChanged d => $"{d.Device} {d.State}",
            TrialStarted t => $"started {t.Sweep} attempt {t.Attempt} {t.ConfigJson} from {t.FromEpoch} of {t.Epochs}",
            EpochCompleted e2 => $"epoch {e2.Report.Epoch}",
            TrialEnded t => $"ended {t.Outcome} {t.Evaluations.Count}",
            SweepFinished f => $"finished {f.Status.Name} {f.Status.Count(TrialState.Succeeded)}",
            _ => e.ToString(),
        });
        Assert.Equal(
            [
                "cpu:0 Starting", "cpu:0 Training", """started s attempt 1 {"seed":0} from 0 of 5""",
                "epoch 1", "epoch 2", "epoch 3", "epoch 4", "epoch 5", "cpu:0 Idle", "ended Succeeded 1", "finished s 1",
                "cpu:0 Draining", "cpu:0 Stopped",
            ],
            story);
        Assert.Contains(_cluster.Events.OfType<SweepProgress>(), p => p.Status.Count(TrialState.Running) == 1);
    }

    [Fact]
    public void Work_submitted_while_a_worker_idles_starts_at_the_wake_up_and_without_one_within_two_seconds()
    {
        var node = _cluster.Start(_cluster.Options() with { ExitWhenDone = false });
        _cluster.Pass(TimeSpan.FromSeconds(10));

        _cluster.Submit(1);
        node.Wake();
        _cluster.Settle();
        Assert.Single(_cluster.Script.Jobs);
        _cluster.Until(() => _cluster.Store.Trials.All(t => t.State == TrialState.Succeeded));
        _cluster.Pass(TimeSpan.FromSeconds(10));
        _cluster.Submit(1, sweep: "later");
        var waited = _cluster.Until(() => _cluster.Script.Jobs.Count == 2);

        Assert.InRange(waited.TotalSeconds, 0, 2);
    }

    [Fact]
    public void The_next_trial_is_claimed_before_the_present_one_ends_and_not_earlier_than_needed()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(_cluster.Options());

        _cluster.Pass(TimeSpan.FromSeconds(3.5));
        Assert.Equal(TrialState.Queued, _cluster.Store.Trials[1].State);
        _cluster.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TrialState.Running, _cluster.Store.Trials[1].State);
        Assert.Single(_cluster.Script.Jobs);
        var took = _cluster.Until(() => _cluster.Script.Jobs.Count == 2);

        Assert.Equal(0.5, took.TotalSeconds, 3);
        _cluster.Finish(node);
        Assert.Equal(10, _cluster.Clock.Elapsed.TotalSeconds, 1);
    }

    [Fact]
    public void The_lease_of_a_trial_that_was_claimed_ahead_is_renewed_too()
    {
        var script = new TrainerScript { EpochTime = _ => TimeSpan.FromSeconds(100) };
        var cluster = new SimulatedCluster(script);
        cluster.Submit(2);

        cluster.Finish(cluster.Start(cluster.Options() with { PrefetchAhead = TimeSpan.FromSeconds(300) }));

        cluster.AssertAllSucceeded();
        Assert.All(cluster.Store.Trials, t => Assert.Equal(1, t.Attempt));
    }

    [Fact]
    public void A_pack_is_claimed_and_trained_together()
    {
        _cluster.Submit(6);

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 4 }));

        _cluster.AssertAllSucceeded();
        Assert.Equal([4, 2], _cluster.Script.Jobs.Select(j => j.Trials.Count));
    }

    [Fact]
    public void Obsolete_checkpoints_are_deleted_but_never_the_last_or_the_best()
    {
        var script = new TrainerScript { Epochs = 10, CheckpointEvery = 1, EpochTime = _ => TimeSpan.FromSeconds(2) };
        var cluster = new SimulatedCluster(script);
        cluster.Submit(1);

        cluster.Start(cluster.Options() with { ExitWhenDone = false });
        cluster.Pass(TimeSpan.FromSeconds(19.5));

        Assert.Equal(["epoch-1", "epoch-9"], cluster.Disk.All.Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_nodes_share_a_sweep_and_both_leave_when_it_is_done()
    {
        _cluster.Submit(7);

        var first = _cluster.Start(_cluster.Options());
        var second = _cluster.Start(_cluster.Options() with { Store = _cluster.Store.View() });
        _cluster.Finish(first);
        _cluster.Finish(second);

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Store.Trials.Select(t => t.Worker).Distinct().Count());
        Assert.Equal(7, _cluster.Script.Jobs.Count);
        Assert.All(_cluster.Run(() => _cluster.Store.ListNodesAsync(CancellationToken.None)), n => Assert.False(n.Alive));
    }

    [Fact]
    public void A_node_with_a_filter_works_on_that_sweep_alone()
    {
        _cluster.Submit(1, sweep: "mine");
        _cluster.Submit(1, sweep: "other");

        _cluster.Finish(_cluster.Start(_cluster.Options() with { SweepFilter = "mine" }));

        Assert.Equal([TrialState.Succeeded, TrialState.Queued], _cluster.Store.Trials.Select(t => t.State));
    }

    [Fact]
    public void A_sweep_that_does_not_exist_is_an_error_that_names_those_that_do()
    {
        _cluster.Submit(1, sweep: "iwae");

        var error = Assert.Throws<ArgumentException>(() => _cluster.Start(_cluster.Options() with { SweepFilter = "iwea" }));

        Assert.Equal("there is no sweep 'iwea' in memory; it holds: iwae", error.Message);
    }

    [Fact]
    public void A_sweep_that_is_done_already_ends_the_node_at_once()
    {
        _cluster.Submit(1);
        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var again = _cluster.Start(_cluster.Options() with { SweepFilter = "s" });

        Assert.Equal(RunOutcome.Done, _cluster.Finish(again, TimeSpan.FromSeconds(1)));
        Assert.Single(_cluster.Script.Jobs);
    }

    [Fact]
    public void Options_without_sense_are_refused()
    {
        foreach (var options in new[]
        {
            _cluster.Options() with { Devices = [] },
            _cluster.Options("cpu:0", "cpu:0"),
            _cluster.Options() with { PackSize = 0 },
            _cluster.Options() with { Lease = TimeSpan.FromSeconds(2) },
        })
        {
            Assert.Throws<ArgumentException>(() => _cluster.Start(options));
        }
    }
}
