using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Actors.Simulation;
using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>What a sweep's owner and a node's operator ask for.</summary>
public sealed class NodeOwnerTests
{
    private readonly SteppedCluster _cluster = new(
        new TrainerScript { Epochs = 100, CheckpointEvery = 10, EpochTime = _ => TimeSpan.FromSeconds(0.1) });

    [Fact]
    public void Pause_checkpoints_within_a_second_and_resume_goes_on_there()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Pass(TimeSpan.FromSeconds(3.25));

        SetState(SweepState.Paused);
        var paused = _cluster.Until(
            () => _cluster.Store.Trials.All(trial => trial.State == TrialState.Paused), TimeSpan.FromSeconds(2));
        _cluster.Pass(TimeSpan.FromMinutes(5));
        Assert.False(node.Completion.IsCompleted);
        SetState(SweepState.Active);
        var resumed = _cluster.Until(() => _cluster.Script.Jobs.Count == 4, TimeSpan.FromSeconds(2));

        Assert.InRange(paused.TotalSeconds, 0, 1);
        Assert.InRange(resumed.TotalSeconds, 0, 1);
        Assert.All(_cluster.Events.OfType<TrialStarted>().TakeLast(2), started => Assert.InRange(started.FromEpoch, 32, 45));
        _cluster.Finish(node);
        _cluster.AssertAllSucceeded();
    }

    [Fact]
    public void Stop_ends_the_trials_within_a_second_and_the_run()
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options() with { SweepFilter = "s" });
        _cluster.Pass(TimeSpan.FromSeconds(3.25));

        SetState(SweepState.Stopped);
        var took = _cluster.Until(() => node.Completion.IsCompleted, TimeSpan.FromSeconds(5));

        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(TrialState.Stopped, trial.State));
        Assert.Equal(RunOutcome.Stopped, _cluster.Finish(node));
        Assert.InRange(took.TotalSeconds, 0, 2);
    }

    [Fact]
    public void A_node_that_came_for_one_sweep_leaves_when_it_is_paused()
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options() with { SweepFilter = "s" });
        _cluster.Pass(TimeSpan.FromSeconds(3.25));

        SetState(SweepState.Paused);
        var outcome = _cluster.Finish(node, TimeSpan.FromSeconds(4));

        Assert.Equal(RunOutcome.Stopped, outcome);
        Assert.Equal(
            [TrialState.Paused, TrialState.Queued, TrialState.Queued], _cluster.Store.Trials.Select(trial => trial.State));
    }

    [Fact]
    public void One_trial_of_a_pack_is_stopped_and_the_others_train_on()
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options() with { PackSize = 3 });
        _cluster.Pass(TimeSpan.FromSeconds(3));

        _cluster.Run(() => _cluster.Store.StopTrialAsync(2, CancellationToken.None));
        _cluster.Finish(node);

        Assert.Equal(
            [TrialState.Succeeded, TrialState.Stopped, TrialState.Succeeded], _cluster.Store.Trials.Select(trial => trial.State));
        Assert.Single(_cluster.Script.Jobs);
    }

    [Fact]
    public void A_graceful_stop_gives_back_and_another_run_goes_on_at_the_checkpoint()
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Pass(TimeSpan.FromSeconds(5.05));

        _cluster.Stop(node);
        var took = _cluster.Until(() => node.Completion.IsCompleted, TimeSpan.FromSeconds(2));
        var after = _cluster.Store.Trials.Select(trial => (trial.State, trial.Failures, Epochs: trial.Epochs.Count)).ToList();
        _cluster.Finish(_cluster.Start(_cluster.Options()));

        Assert.Equal(RunOutcome.Stopped, _cluster.Finish(node));
        Assert.InRange(took.TotalSeconds, 0, 1);
        Assert.All(after, trial => Assert.Equal((TrialState.Queued, 0), (trial.State, trial.Failures)));
        Assert.True(after[0].Epochs >= 50 && after[1].Epochs >= 50);
        Assert.Equal([50, 50, 0], _cluster.Events.OfType<TrialStarted>().TakeLast(3).Select(started => started.FromEpoch));
        Assert.Equal(1, _cluster.Store.Trials[0].Epochs[50].Attempt);
        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        Assert.Contains(
            _cluster.Faults.Carried.OfType<Beat>(),
            beat => beat.Note == "leaving: trials are brought to a checkpoint and given back");
    }

    [Fact]
    public void A_graceful_stop_gives_back_what_was_granted_ahead()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(_cluster.Options() with { PrefetchAhead = TimeSpan.FromMinutes(1) });
        _cluster.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TrialState.Running, _cluster.Store.Trials[1].State);

        _cluster.Stop(node);
        _cluster.Finish(node, TimeSpan.FromSeconds(2));

        Assert.Equal(TrialState.Queued, _cluster.Store.Trials[1].State);
        Assert.DoesNotContain(_cluster.Events.OfType<TrialEnded>(), ended => ended.TrialKey == 2);
    }

    [Fact]
    public void A_grant_that_meets_a_leaving_node_is_queued_again()
    {
        _cluster.Submit(1);
        _cluster.Faults.Loses = message => message is Grant;
        var node = _cluster.Start(_cluster.Options() with { ExitWhenDone = false });
        _cluster.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TrialState.Running, _cluster.Store.Trials[0].State);
        _cluster.Faults.IsAway = true;
        _cluster.Stop(node);
        Assert.Equal(RunOutcome.Stopped, _cluster.Finish(node));

        _cluster.Faults.IsAway = false;
        _cluster.Faults.Loses = _ => false;
        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public void A_stop_while_the_trainer_starts_does_not_wait_for_it()
    {
        _cluster.Submit(1);
        _cluster.Launcher.BeforeStart = (_, stopped) => Task.Delay(TimeSpan.FromMinutes(3), _cluster.Clock, stopped);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(1));

        _cluster.Stop(node);
        _cluster.Finish(node, TimeSpan.FromSeconds(1));

        Assert.Equal(0, _cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public void A_trainer_that_is_up_after_its_node_has_left_is_closed()
    {
        _cluster.Launcher.BeforeStart = (_, _) => Task.Delay(TimeSpan.FromMinutes(3), _cluster.Clock, CancellationToken.None);
        var node = _cluster.Start(_cluster.Options() with { ExitWhenDone = false });
        _cluster.Pass(TimeSpan.FromSeconds(1));

        _cluster.Stop(node);
        _cluster.Finish(node, TimeSpan.FromSeconds(1));
        _cluster.Pass(TimeSpan.FromMinutes(4));

        Assert.True(Assert.Single(_cluster.Launcher.Started).Disposed);
    }

    [Fact]
    public void An_idle_node_stops_at_once_though_the_head_does_not_answer()
    {
        var node = _cluster.Start(_cluster.Options() with { ExitWhenDone = false });
        _cluster.Pass(TimeSpan.FromSeconds(5));
        _cluster.Faults.IsAway = true;
        _cluster.Pass(TimeSpan.FromSeconds(10));

        _cluster.Stop(node);

        Assert.Equal(RunOutcome.Stopped, _cluster.Finish(node, TimeSpan.FromSeconds(0.5)));
    }

    [Fact]
    public void A_trainer_that_does_not_hear_is_killed_and_its_trial_released_at_its_last_checkpoint()
    {
        _cluster.Submit(1);
        _cluster.Script.Deaf = true;
        _cluster.Script.EpochTime = _ => TimeSpan.FromSeconds(10);
        var node = _cluster.Start(_cluster.Options() with { StopTimeout = TimeSpan.FromSeconds(15) });
        _cluster.Pass(TimeSpan.FromSeconds(105));

        _cluster.Stop(node);
        var took = _cluster.Until(() => node.Completion.IsCompleted, TimeSpan.FromSeconds(25));

        Assert.InRange(took.TotalSeconds, 15, 17);
        var row = _cluster.Store.Trials[0];
        Assert.Equal((TrialState.Queued, 0, 10), (row.State, row.Failures, row.CheckpointEpoch));
    }

    [Fact]
    public void A_trainer_that_is_killed_just_when_it_has_stopped_is_replaced()
    {
        _cluster.Script.EpochTime = _ => TimeSpan.FromSeconds(3.3);
        _cluster.Submit(1);
        var lane = _cluster.Lane();
        var node = _cluster.Start(
            _cluster.On(lane, _cluster.Options() with { StopTimeout = TimeSpan.FromSeconds(5), ExitWhenDone = false }));
        _cluster.Pass(TimeSpan.FromSeconds(2));
        SetState(SweepState.Paused);
        _cluster.Pass(TimeSpan.FromSeconds(1.1));
        // The whole process is halted: it finds at once that the trainer has stopped, and that it took too long.
        lane.Halt();
        _cluster.Pass(TimeSpan.FromSeconds(10));
        lane.Continue();
        _cluster.Until(() => _cluster.Store.Trials[0].State == TrialState.Paused, TimeSpan.FromSeconds(5));

        Assert.True(_cluster.Launcher.Started[0].Disposed);
        SetState(SweepState.Active);
        _cluster.Until(() => _cluster.Script.Jobs.Count == 2, TimeSpan.FromSeconds(5));
        Assert.False(node.Completion.IsCompleted);
    }

    [Fact]
    public void A_stop_that_comes_before_the_trainer_has_begun_is_said_again()
    {
        _cluster.Submit(1);
        var prepared = new TaskCompletionSource();
        _cluster.Start(_cluster.Options() with { Prepare = (_, _) => prepared.Task });
        _cluster.Pass(TimeSpan.FromSeconds(2));
        SetState(SweepState.Paused);
        _cluster.Pass(TimeSpan.FromSeconds(2));

        prepared.SetResult();
        var took = _cluster.Until(() => _cluster.Store.Trials[0].State == TrialState.Paused, TimeSpan.FromSeconds(5));

        Assert.InRange(took.TotalSeconds, 0, 1);
        Assert.InRange(_cluster.Store.Trials[0].Epochs.Count, 0, 10);
    }

    [Fact]
    public void Abort_leaves_at_once_and_another_node_takes_over_when_the_lease_has_run_out()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(5.05));

        node.Abort();
        _cluster.Settle();
        Assert.True(node.Completion.IsCompleted);
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        var second = _cluster.Start(_cluster.Options());
        var took = _cluster.Until(() => _cluster.Script.Jobs.Count == 2);

        Assert.InRange(took.TotalSeconds, 55, 66);
        _cluster.Finish(second);
        _cluster.AssertAllSucceeded();
    }

    private void SetState(SweepState state) =>
        _cluster.Run(() => _cluster.Store.SetSweepStateAsync("s", state, CancellationToken.None));
}
