using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Actors.Simulation;
using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>A node at work, with nothing going wrong.</summary>
public sealed class NodeRunTests
{
    private readonly SteppedCluster _cluster = new();

    [Fact]
    public void A_sweep_runs_to_its_end_on_all_devices()
    {
        _cluster.Submit(6);

        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        var outcome = _cluster.Finish(node);

        Assert.Equal(RunOutcome.Done, outcome);
        _cluster.AssertAllSucceeded();
        // 3 trials of 5 one-second epochs on each device, one after the other.
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 15, 15.5);
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        Assert.Equal(2, _cluster.Launcher.Started.Count);
    }

    [Fact]
    public void A_node_leaves_when_its_last_trial_has_ended_however_dear_it_is_to_look()
    {
        _cluster.Submit(1);
        var options = _cluster.Options();

        _cluster.Finish(_cluster.Start(options with
        {
            Survey = async cancellationToken =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _cluster.Clock, cancellationToken);
                return await options.Survey!(cancellationToken);
            },
        }));

        // Five epochs of a second, a look that was on its way, and the last.
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 5, 7.5);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(250, 500)]
    public void Long_trials_that_follow_a_short_one_are_left_to_devices_that_idle(int claimForMilliseconds, int epochs)
    {
        _cluster.Script.EpochTime = job => job.Trials[0].ConfigJson.Contains("\"seed\":0", StringComparison.Ordinal)
            ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1);
        _cluster.Submit(1);
        _cluster.Submit(4, sweep: "long", epochs: epochs);
        var options = _cluster.Options() with { ClaimFor = TimeSpan.FromMilliseconds(claimForMilliseconds) };
        _cluster.Start(options);
        _cluster.Pass(TimeSpan.FromSeconds(10));

        _cluster.Start(options);
        _cluster.Pass(TimeSpan.FromSeconds(10));

        // The short one and that of the same seed, then an hour each on both nodes.
        Assert.Equal(4, _cluster.Script.Jobs.Count);
        Assert.Equal(2, _cluster.Store.Trials.Count(trial => trial.State == TrialState.Running));
    }

    [Fact]
    public void Short_trials_are_granted_many_at_a_time_and_trained_in_packs()
    {
        _cluster.Script.EpochTime = _ => TimeSpan.FromMilliseconds(1);
        _cluster.Submit(90);

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 3, MostClaimed = 10 }));

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Script.Jobs, job => Assert.Equal(3, job.Trials.Count));
        Assert.InRange(_cluster.Faults.Carried.OfType<Grant>().Count(), 3, 6);
        Assert.Contains(_cluster.Faults.Carried.OfType<Grant>(), grant => grant.Trials.Count == 30);
    }

    [Fact]
    public void Events_tell_the_story_in_order()
    {
        _cluster.Submit(1);

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var story = _cluster.Events.Where(one => one is not SweepProgress).Select(one => one switch
        {
            DeviceChanged device => $"{device.Device} {device.State}",
            TrialStarted started =>
                $"started {started.Sweep} {started.Attempt} {started.ConfigJson} from {started.FromEpoch} of {started.Epochs}",
            EpochCompleted epoch => $"epoch {epoch.Report.Epoch}",
            TrialEnded ended => $"ended {ended.Outcome} {ended.Evaluations.Count} after {ended.Took.TotalSeconds} s",
            SweepFinished finished => $"finished {finished.Status.Name} {finished.Status.Count(TrialState.Succeeded)}",
            _ => one.ToString(),
        });
        Assert.Equal(
            [
                "cpu:0 Starting", "cpu:0 Training", """started s 1 {"seed":0} from 0 of 5""",
                "epoch 1", "epoch 2", "epoch 3", "epoch 4", "epoch 5", "ended Succeeded 1 after 5 s", "finished s 1",
                "cpu:0 Draining", "cpu:0 Stopped",
            ],
            story);
        Assert.Contains(_cluster.Events.OfType<SweepProgress>(), progress => progress.Status.Count(TrialState.Running) == 1);
    }

    [Fact]
    public void Who_subscribes_hears_everything_until_the_node_has_left()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        var events = node.Subscribe();

        _cluster.Finish(node);
        _cluster.Until(() => events.Completion.IsCompleted || events.Count > 5);

        var heard = new List<NodeEvent>();
        while (events.TryRead(out var one))
            heard.Add(one);
        Assert.Equal(5, heard.OfType<EpochCompleted>().Count());
        Assert.Equal(DeviceState.Stopped, heard.OfType<DeviceChanged>().Last().State);
    }

    [Fact]
    public void Work_that_is_submitted_while_a_worker_idles_starts_at_once()
    {
        _cluster.Start(_cluster.Options() with { ExitWhenDone = false });
        _cluster.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(DeviceState.Idle, _cluster.Events.OfType<DeviceChanged>().Last().State);

        _cluster.Submit(1);

        Assert.Single(_cluster.Script.Jobs);
        Assert.Equal(DeviceState.Training, _cluster.Events.OfType<DeviceChanged>().Last().State);
    }

    [Fact]
    public void The_next_trial_is_asked_for_before_the_present_one_ends_and_not_earlier_than_needed()
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
    public void Trials_of_one_epoch_follow_each_other_without_a_pause()
    {
        var script = new TrainerScript { Epochs = 1, EpochTime = _ => TimeSpan.FromSeconds(20) };
        var cluster = new SteppedCluster(script);
        cluster.Submit(4);
        cluster.Faults.Delay = TimeSpan.FromSeconds(1);

        cluster.Finish(cluster.Start(cluster.Options() with { PrefetchAhead = TimeSpan.FromSeconds(3) }));

        cluster.AssertAllSucceeded();
        // The first two are waited for: only then is it known how long one takes. The node begins with two ways to the head, and
        // ends with one, a look, and a goodbye.
        Assert.InRange(cluster.Clock.Elapsed.TotalSeconds, 80 + 3, 80 + 6.5);
    }

    [Fact]
    public void A_trial_that_was_granted_ahead_stays_its_nodes()
    {
        var cluster = new SteppedCluster(new TrainerScript { EpochTime = _ => TimeSpan.FromSeconds(100) });
        cluster.Submit(2);

        cluster.Finish(cluster.Start(cluster.Options() with { PrefetchAhead = TimeSpan.FromSeconds(300) }));

        cluster.AssertAllSucceeded();
        Assert.All(cluster.Store.Trials, trial => Assert.Equal(1, trial.Attempt));
    }

    [Fact]
    public void A_pack_is_granted_and_trained_together()
    {
        _cluster.Submit(6);

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 4 }));

        _cluster.AssertAllSucceeded();
        Assert.Equal([4, 2], _cluster.Script.Jobs.Select(job => job.Trials.Count));
    }

    [Fact]
    public void Reports_travel_together_when_there_are_many()
    {
        var script = new TrainerScript { Epochs = 5_000, CheckpointEvery = 5_000, EpochTime = _ => TimeSpan.FromMilliseconds(1) };
        var cluster = new SteppedCluster(script);
        cluster.Submit(1);
        cluster.Faults.Delay = TimeSpan.FromMilliseconds(200);

        cluster.Finish(cluster.Start(cluster.Options()));

        cluster.AssertAllSucceeded();
        Assert.InRange(cluster.Faults.Carried.OfType<Batch>().Count(), 5, 40);
    }

    [Fact]
    public void Two_nodes_share_a_sweep_and_both_leave_when_it_is_done()
    {
        _cluster.Submit(7);

        var first = _cluster.Start(_cluster.Options());
        var second = _cluster.Start(_cluster.Options());
        _cluster.Finish(first);
        _cluster.Finish(second);

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Store.Trials.Select(trial => trial.Worker).Distinct().Count());
        Assert.Equal(7, _cluster.Script.Jobs.Count);
    }

    [Fact]
    public void A_node_with_a_filter_works_on_that_sweep_alone()
    {
        _cluster.Submit(1, sweep: "mine");
        _cluster.Submit(1, sweep: "other");

        _cluster.Finish(_cluster.Start(_cluster.Options() with { SweepFilter = "mine" }));

        Assert.Equal([TrialState.Succeeded, TrialState.Queued], _cluster.Store.Trials.Select(trial => trial.State));
        Assert.All(_cluster.Events.OfType<SweepProgress>(), progress => Assert.Equal("mine", progress.Status.Name));
    }

    [Fact]
    public void A_sweep_that_does_not_exist_is_an_error_that_names_those_that_do()
    {
        _cluster.Submit(1, sweep: "iwae");

        var error = Assert.Throws<ArgumentException>(
            () => _cluster.Start(_cluster.Options() with { SweepFilter = "iwea" }));

        Assert.Equal("There is no sweep 'iwea' at the head; it has: iwae.", error.Message);
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
            _cluster.Options() with { MostClaimed = 0 },
            _cluster.Options() with { Survey = null },
        })
        {
            Assert.Throws<ArgumentException>(() => _cluster.Start(options));
        }
    }

    [Fact]
    public void The_head_knows_what_a_node_is_and_how_busy()
    {
        _cluster.Submit(2);
        _cluster.Start(_cluster.Options("cpu:0", "cpu:1", "cpu:2") with { Load = training => $$"""{"training":{{training}}}""" });
        _cluster.Pass(TimeSpan.FromSeconds(1.5));

        var beat = _cluster.Faults.Carried.OfType<Beat>().Last();

        Assert.Equal("""{"training":2}""", beat.Load);
        Assert.Equal(["cpu:0", "cpu:1", "cpu:2"], beat.Devices.Select(device => device.Device));
        Assert.Null(beat.Note);
        var shown = Assert.Single(_cluster.Run(() => _cluster.Store.ListNodesAsync(CancellationToken.None))).Info;
        Assert.Equal(("node-1", _cluster.Script.Provenance), (shown.Node, shown.Provenance));
    }
}
