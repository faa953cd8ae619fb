using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Actors.Simulation;
using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>What goes wrong with trials, trainers, machines, and the node's own program.</summary>
public sealed class NodeFailureTests
{
    private readonly SteppedCluster _cluster = new();

    [Fact]
    public void A_trial_whose_trainer_crashes_goes_on_at_its_checkpoint()
    {
        _cluster.Submit(2);
        CrashOnce(trial: 1, atEpoch: 4);

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Store.Trials[0].Attempt);
        var again = _cluster.Script.Jobs.SelectMany(job => job.Trials).Single(trial => trial is { TrialKey: 1, Attempt: 2 });
        Assert.EndsWith("attempt-1/epoch-2", again.ResumeFrom);
        Assert.Equal(2, _cluster.Launcher.Started.Count);
        Assert.Contains(_cluster.Events.OfType<TrialStarted>(), started => started is { Attempt: 2, FromEpoch: 2 });
    }

    [Fact]
    public void A_trial_that_always_crashes_fails_after_its_attempts_with_exit_code_and_last_lines_and_the_others_succeed()
    {
        _cluster.Submit(3);
        _cluster.Script.BeforeEpoch = (_, trial, _) =>
        {
            if (trial.TrialKey == 2)
                throw new TrainerCrashedException("The trainer is gone.", 139, "Segmentation fault (core dumped)");
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var failed = _cluster.Store.Trials[1];
        Assert.Equal((TrialState.Failed, 3, FailureClass.Crash), (failed.State, failed.Attempt, failed.FailureClass));
        Assert.Equal("The trainer is gone. (exit code 139) Its last lines:\nSegmentation fault (core dumped)", failed.Reason);
        Assert.All(new[] { 0, 2 }, i => Assert.Equal(TrialState.Succeeded, _cluster.Store.Trials[i].State));
    }

    [Fact]
    public void A_crash_in_a_pack_is_blamed_on_the_trial_that_crashes_alone()
    {
        _cluster.Submit(4, maxAttempts: 1);
        _cluster.Script.BeforeEpoch = (_, trial, epoch) =>
        {
            if (trial.TrialKey == 3 && epoch == 3)
                throw TrainerScript.Crash();
        };

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 4 }));

        Assert.Equal(
            [TrialState.Succeeded, TrialState.Succeeded, TrialState.Failed, TrialState.Succeeded],
            _cluster.Store.Trials.Select(trial => trial.State));
        Assert.Equal([4, 1, 1, 1, 1], _cluster.Script.Jobs.Select(job => job.Trials.Count));
        Assert.All(_cluster.Script.Jobs.Skip(1), job => Assert.EndsWith("epoch-2", job.Trials[0].ResumeFrom));
        Assert.All(_cluster.Store.Trials, _cluster.AssertConsistent);
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(1, trial.Attempt));
    }

    [Fact]
    public void Not_a_number_fails_a_trial_at_once_with_its_reason()
    {
        _cluster.Submit(2);
        _cluster.Script.FailsAt = (trial, epoch) => trial.TrialKey == 1 && epoch == 3
            ? new TrialFailed(1, FailureClass.Nan, "NaN in the bound at epoch 3") : null;

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var failed = _cluster.Store.Trials[0];
        Assert.Equal((TrialState.Failed, 1, "NaN in the bound at epoch 3"), (failed.State, failed.Attempt, failed.Reason));
        Assert.Equal([1, 2], failed.Epochs.Keys);
        var told = _cluster.Events.OfType<TrialEnded>().Single(ended => ended.TrialKey == 1);
        Assert.Equal(
            (AttemptOutcome.Failed, FailureClass.Nan, "NaN in the bound at epoch 3"),
            (told.Outcome, told.FailureClass, told.Reason));
        Assert.Single(_cluster.Launcher.Started);
    }

    [Fact]
    public void After_more_did_not_fit_into_memory_fewer_are_trained_together()
    {
        _cluster.Submit(6);
        _cluster.Script.FailsAt = (trial, _) =>
            _cluster.Script.Jobs[^1].Trials.Count > 2 ? new TrialFailed(trial.TrialKey, FailureClass.Oom, "out of memory") : null;

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 6 }));

        _cluster.AssertAllSucceeded();
        Assert.Equal([6, 3, 1], _cluster.Script.Jobs.Select(job => job.Trials.Count).Distinct());
    }

    [Fact]
    public void A_success_with_epochs_missing_is_a_failure_that_says_so()
    {
        _cluster.Submit(1, epochs: 9);

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var row = Assert.Single(_cluster.Store.Trials);
        Assert.Equal((TrialState.Failed, FailureClass.Error), (row.State, row.FailureClass));
        Assert.Contains("with 5 of 9 epochs stored", row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_message_can_carry_fails_its_trial_alone()
    {
        _cluster.Submit(2);
        _cluster.Script.Events = (trial, epoch) =>
            trial.TrialKey == 1 && epoch == 3 ? [new TrialEvent("note", new string('x', 200_000))] : [];

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 2 }));

        var row = _cluster.Store.Trials[0];
        Assert.Equal((TrialState.Failed, FailureClass.Error), (row.State, row.FailureClass));
        Assert.Contains("a message to the head carries", row.Reason, StringComparison.Ordinal);
        Assert.Equal(TrialState.Succeeded, _cluster.Store.Trials[1].State);
        Assert.Single(_cluster.Script.Jobs);
    }

    [Fact]
    public void A_missing_checkpoint_starts_the_trial_anew_and_says_so()
    {
        _cluster.Submit(1);
        var crashes = 0;
        _cluster.Script.BeforeEpoch = (_, _, epoch) =>
        {
            if (epoch != 4 || crashes++ > 0)
                return;
            foreach (var file in _cluster.Disk.All.ToList())
                _cluster.Disk.Lose(file);
            throw TrainerScript.Crash();
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        var restarted = _cluster.Events.OfType<TrialStarted>().Last();
        Assert.Equal(0, restarted.FromEpoch);
        Assert.Contains("epoch-2 of epoch 2 is not there; starting anew", restarted.ResumeNote, StringComparison.Ordinal);
        Assert.Null(_cluster.Script.Jobs[1].Trials[0].ResumeFrom);
    }

    [Fact]
    public void A_full_disk_gives_the_trial_back_and_the_device_rests_longer_each_time()
    {
        _cluster.Submit(1);
        var fails = 4;
        var times = new List<TimeSpan>();
        _cluster.Script.FailsAt = (trial, _) =>
        {
            if (fails-- <= 0)
                return null;
            times.Add(_cluster.Clock.Elapsed);
            return new TrialFailed(trial.TrialKey, FailureClass.Disk, "no space left on device");
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        var row = _cluster.Store.Trials[0];
        Assert.Equal((5, 0), (row.Attempt, row.Failures));
        // 1, 2 and 4 seconds, by half as much more or less; and the second of the epoch.
        foreach (var (gap, rest) in times.Zip(times.Skip(1), (one, next) => next - one).Zip([1, 2, 4]))
            Assert.InRange(gap.TotalSeconds, 1 + (0.5 * rest), 1.5 + (1.5 * rest));
        Assert.Contains(_cluster.Events.OfType<DeviceChanged>(), changed => changed.Detail == "no space left on device");
        Assert.Contains(_cluster.Faults.Carried.OfType<Beat>(), beat => beat.Devices[0].RestsFor > TimeSpan.Zero);
        Assert.Equal(4, _cluster.Events.OfType<DeviceRests>().Count());
        Assert.Single(_cluster.Events.OfType<DeviceRecovered>());
        Assert.Contains(_cluster.Faults.Carried.OfType<Beat>(),
            beat => beat.Note?.EndsWith(" waits: no space left on device", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_pack_that_meets_one_trouble_rests_once()
    {
        _cluster.Submit(8);
        var fails = 8;
        _cluster.Script.FailsAt = (trial, _) =>
            fails-- > 0 ? new TrialFailed(trial.TrialKey, FailureClass.Disk, "no space left on device") : null;

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 8 }));

        _cluster.AssertAllSucceeded();
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 6 + 0.5, 6.5 + 1.5);
    }

    [Fact]
    public void What_waits_for_a_device_that_rests_goes_back_to_the_others()
    {
        _cluster.Script.EpochTime = _ => TimeSpan.FromMilliseconds(1);
        _cluster.Submit(20);
        _cluster.Script.FailsAt = (trial, _) =>
            trial.TrialKey > 2 ? new TrialFailed(trial.TrialKey, FailureClass.Disk, "no space left on device") : null;

        _cluster.Start(_cluster.Options());
        _cluster.Until(() => _cluster.Events.OfType<TrialEnded>().Any(ended => ended.Outcome == AttemptOutcome.Released));

        Assert.Contains(_cluster.Faults.Carried.OfType<Grant>(), grant => grant.Trials.Count > 5);
        Assert.Equal(18, _cluster.Store.Trials.Count(trial => trial.State == TrialState.Queued));
    }

    [Fact]
    public void Data_that_is_missing_on_one_machine_leaves_its_trials_to_the_others()
    {
        _cluster.Submit(3);
        var lacking = _cluster.Start(_cluster.Options() with
        {
            Prepare = (_, _) => throw new TaskCanceledException("the data set could not be fetched in time"), PackSize = 2,
        });
        _cluster.Pass(TimeSpan.FromSeconds(3));
        Assert.Empty(_cluster.Script.Jobs);

        _cluster.Finish(_cluster.Start(_cluster.Options()));
        _cluster.Finish(lacking);

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(0, trial.Failures));
        Assert.Contains(
            _cluster.Events.OfType<TrialEnded>(),
            ended => ended is { Outcome: AttemptOutcome.Released, Reason: "the data set could not be fetched in time" });
    }

    [Fact]
    public void A_device_whose_trainer_cannot_start_is_given_up_and_the_others_do_the_work()
    {
        _cluster.Submit(4);
        _cluster.Launcher.BeforeStart = (device, _) =>
            device == "cpu:1" ? throw new TrainerCrashedException("libtorch was not found", 1, "") : Task.CompletedTask;

        _cluster.Finish(_cluster.Start(_cluster.Options("cpu:0", "cpu:1")));

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(1, trial.Attempt));
        Assert.Contains(
            _cluster.Events.OfType<DeviceChanged>(),
            changed => changed is { Device: "cpu:1", State: DeviceState.Failed, Detail: "libtorch was not found (exit code 1)" });
    }

    [Fact]
    public void A_trainer_that_starts_at_the_third_try_is_used()
    {
        _cluster.Submit(1);
        var tries = 0;
        _cluster.Launcher.BeforeStart = (_, _) => ++tries < 3 ? throw TrainerScript.Crash() : Task.CompletedTask;

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        // Rests of 1 and 2 seconds, by half as much more or less, and the training.
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 5 + 1.5, 5.5 + 4.5);
    }

    [Theory]
    [InlineData(137, true)]
    [InlineData(143, true)]
    [InlineData(139, false)]
    [InlineData(1, false)]
    public async Task A_trainer_that_is_killed_before_it_is_ready_is_started_again_more_often(int code, bool isStarted)
    {
        _cluster.Submit(1);
        var tries = 0;
        _cluster.Launcher.BeforeStart = (_, _) => ++tries < 6
            ? throw new TrainerCrashedException("it has ended", code, "") : Task.CompletedTask;

        var node = _cluster.Start(_cluster.Options());
        if (isStarted)
            _cluster.Finish(node);
        else
            await _cluster.FailureOf(node, TimeSpan.FromSeconds(10));

        Assert.Equal(isStarted ? 6 : 3, tries);
    }

    [Fact]
    public async Task A_node_without_a_usable_device_fails_soon_with_the_reasons()
    {
        _cluster.Submit(1);
        _cluster.Launcher.BeforeStart = (device, _) => throw new TrainerCrashedException($"no libtorch on {device}", null, "");

        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        var error = await _cluster.FailureOf(node, TimeSpan.FromSeconds(10));

        Assert.StartsWith("no device of this node can be used:\n", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu:0: no libtorch on cpu:0", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu:1: no libtorch on cpu:1", error.Message, StringComparison.Ordinal);
        Assert.Equal((TrialState.Queued, 0), (_cluster.Store.Trials[0].State, _cluster.Store.Trials[0].Attempt));
    }

    [Fact]
    public void A_trainer_that_breaks_its_contract_costs_one_attempt_and_is_replaced()
    {
        _cluster.Submit(1);
        var times = 0;
        _cluster.Script.BeforeEpoch = (_, _, _) =>
        {
            if (times++ == 0)
                throw new InvalidDataException("frame of 12 bytes where 40 were announced");
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Launcher.Started.Count);
        Assert.Contains(
            _cluster.Events.OfType<TrialEnded>(), ended => ended.Reason == "frame of 12 bytes where 40 were announced");
    }

    [Fact]
    public void A_bug_that_ends_one_worker_costs_its_device_and_its_trial_passes_to_the_others()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(FailingAt(
            _cluster.Options("cpu:0", "cpu:1") with { Load = training => $"{training}" },
            one => one is TrialStarted { Device: "cpu:1" }));

        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 10, 11);
        Assert.Contains(
            _cluster.Events.OfType<DeviceChanged>(),
            changed => changed is { Device: "cpu:1", State: DeviceState.Failed, Detail: "a bug" });
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        var ended = Assert.Single(_cluster.Store.Trials, trial => trial.Attempt == 2).Ends[0];
        Assert.Equal(("failed", "the worker of cpu:1 failed: a bug"), (ended.Outcome, ended.Reason));
        Assert.Equal("1", _cluster.Faults.Carried.OfType<Beat>().Last(beat => beat.Held.Count > 0).Load);
    }

    [Fact]
    public void A_grant_that_was_under_way_to_a_failed_device_passes_to_the_others()
    {
        _cluster.Submit(2);
        _cluster.Faults.Loses = message => message is Grant { Device: "cpu:1" };

        var node = _cluster.Start(FailingAt(
            _cluster.Options("cpu:0", "cpu:1"), one => one is DeviceChanged { Device: "cpu:1", State: DeviceState.Idle }));
        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 10, 11);
    }

    [Fact]
    public async Task A_bug_in_every_worker_fails_the_node_with_the_reasons()
    {
        _cluster.Submit(2);

        var node = _cluster.Start(FailingAt(_cluster.Options("cpu:0", "cpu:1"), one => one is TrialStarted));
        var error = await _cluster.FailureOf(node, TimeSpan.FromSeconds(5));

        Assert.Contains("cpu:0: a bug", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu:1: a bug", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(TrialState.Queued, trial.State));
    }

    [Fact]
    public async Task A_bug_in_the_gateway_fails_the_node_loudly()
    {
        _cluster.Submit(1);

        var node = _cluster.Start(_cluster.Options() with
        {
            Load = _ => _cluster.Clock.Elapsed > TimeSpan.FromSeconds(2) ? throw new InvalidDataException("no load") : "{}",
        });
        var error = await _cluster.FailureOf(node, TimeSpan.FromSeconds(10));

        Assert.Equal("the gateway of this node failed: no load", error.Message);
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
    }

    [Fact]
    public async Task A_bug_in_the_nodes_own_actor_fails_the_node_loudly()
    {
        var node = _cluster.Start(FailingAt(
            _cluster.Options() with { ExitWhenDone = false, StackOf = _ => "theirs" }, one => one is SoftwareDiffers));
        _cluster.Script.Provenance = """{"stack":"ours"}""";
        _cluster.Submit(2);
        _cluster.Start(_cluster.Options() with { Devices = ["cpu:9"], ExitWhenDone = false });

        var error = await _cluster.FailureOf(node, TimeSpan.FromSeconds(20));

        Assert.Equal("the node's own actor failed: a bug", error.Message);
    }

    [Fact]
    public void A_node_that_cannot_be_started_says_why()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => _cluster.Start(_cluster.Options() with { StackOf = _ => throw new InvalidDataException("no stack") }));

        Assert.Equal("no stack", error.Message);
    }

    private void CrashOnce(long trial, int atEpoch)
    {
        var crashes = 0;
        _cluster.Script.BeforeEpoch = (_, one, epoch) =>
        {
            if (one.TrialKey == trial && epoch == atEpoch && crashes++ == 0)
                throw TrainerScript.Crash();
        };
    }

    private NodeOptions FailingAt(NodeOptions options, Func<NodeEvent, bool> bug) => options with
    {
        OnEvent = one =>
        {
            _cluster.Events.Add(one);
            if (bug(one))
                throw new InvalidDataException("a bug");
        },
    };
}
