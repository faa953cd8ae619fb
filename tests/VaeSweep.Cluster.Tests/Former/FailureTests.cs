using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class FailureTests
{
    private readonly SimulatedCluster _cluster = new();

    [Fact]
    public void A_trial_whose_trainer_crashes_goes_on_at_its_checkpoint()
    {
        _cluster.Submit(2);
        var crashes = 0;
        _cluster.Script.BeforeEpoch = (_, trial, epoch) =>
        {
            if (trial.TrialKey == 1 && epoch == 4 && crashes++ == 0)
            {
                throw TrainerScript.Crash();
            }
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Store.Trials[0].Attempt);
        Assert.EndsWith("attempt-1/epoch-2", _cluster.Script.Jobs.SelectMany(j => j.Trials).Single(t => t is { TrialKey: 1, Attempt: 2 }).ResumeFrom);
        Assert.Equal(2, _cluster.Launcher.Started.Count);
        Assert.Contains(_cluster.Events.OfType<TrialStarted>(), t => t is { Attempt: 2, FromEpoch: 2 });
    }

    [Fact]
    public void A_trial_that_always_crashes_fails_after_its_attempts_with_exit_code_and_last_lines_and_the_others_succeed()
    {
        _cluster.Submit(3);
        _cluster.Script.BeforeEpoch = (_, trial, _) =>
        {
            if (trial.TrialKey == 2)
            {
                throw new TrainerCrashedException("The trainer is gone.", 139, "Segmentation fault (core dumped)");
            }
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var failed = _cluster.Store.Trials[1];
        Assert.Equal(TrialState.Failed, failed.State);
        Assert.Equal(3, failed.Attempt);
        Assert.Equal(FailureClass.Crash, failed.FailureClass);
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
            {
                throw TrainerScript.Crash();
            }
        };

        _cluster.Finish(_cluster.Start(_cluster.Options() with { PackSize = 4 }));

        Assert.Equal(
            [TrialState.Succeeded, TrialState.Succeeded, TrialState.Failed, TrialState.Succeeded], _cluster.Store.Trials.Select(t => t.State));
        Assert.Equal([4, 1, 1, 1, 1], _cluster.Script.Jobs.Select(j => j.Trials.Count));
        Assert.All(_cluster.Script.Jobs.Skip(1), job => Assert.EndsWith("epoch-2", job.Trials[0].ResumeFrom));
        Assert.All(_cluster.Store.Trials, _cluster.AssertConsistent);
    }

    [Fact]
    public void Not_a_number_fails_a_trial_at_once_with_its_reason()
    {
        _cluster.Submit(2);
        _cluster.Script.FailsAt = (trial, epoch) =>
            trial.TrialKey == 1 && epoch == 3 ? new TrialFailed(1, FailureClass.Nan, "NaN in the bound at epoch 3") : null;

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var failed = _cluster.Store.Trials[0];
        Assert.Equal((TrialState.Failed, 1, "NaN in the bound at epoch 3"), (failed.State, failed.Attempt, failed.Reason));
        Assert.Equal([1, 2], failed.Epochs.Keys);
        var told = _cluster.Events.OfType<TrialEnded>().Single(e => e.TrialKey == 1);
        Assert.Equal((AttemptOutcome.Failed, FailureClass.Nan, "NaN in the bound at epoch 3"), (told.Outcome, told.FailureClass, told.Reason));
        Assert.Single(_cluster.Launcher.Started);
    }

    [Fact]
    public void A_success_with_epochs_missing_is_a_failure_that_says_so()
    {
        _cluster.Run(() => _cluster.Store.SubmitAsync(
            new SweepSubmission("s", ""), [new Trial(0, new string('a', 64), "{}", 0, "pack", Epochs: 9)], CancellationToken.None));

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        var row = Assert.Single(_cluster.Store.Trials);
        Assert.Equal((TrialState.Failed, FailureClass.Error), (row.State, row.FailureClass));
        Assert.Contains("with 5 of 9 epochs stored", row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_checkpoint_starts_the_trial_anew_and_says_so()
    {
        _cluster.Submit(1);
        var crashes = 0;
        _cluster.Script.BeforeEpoch = (_, trial, epoch) =>
        {
            if (epoch == 4 && crashes++ == 0)
            {
                foreach (var file in _cluster.Disk.All.ToList())
                {
                    _cluster.Disk.Lose(file);
                }

                throw TrainerScript.Crash();
            }
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        var restarted = _cluster.Events.OfType<TrialStarted>().Last();
        Assert.Equal(0, restarted.FromEpoch);
        Assert.Contains("epoch-2 of epoch 2 is not there; starting anew", restarted.ResumeNote, StringComparison.Ordinal);
        Assert.Null(_cluster.Script.Jobs[1].Trials[0].ResumeFrom);
    }

    [Fact]
    public void A_device_whose_trainer_cannot_start_is_given_up_and_the_others_do_the_work()
    {
        _cluster.Submit(4);
        _cluster.Launcher.BeforeStart = (device, _) =>
            device == "cpu:1" ? throw new TrainerCrashedException("libtorch was not found", 1, "") : Task.CompletedTask;

        _cluster.Finish(_cluster.Start(_cluster.Options("cpu:0", "cpu:1")));

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Store.Trials, t => Assert.Equal(1, t.Attempt));
        Assert.Contains(_cluster.Events.OfType<DeviceChanged>(), d => d is { Device: "cpu:1", State: DeviceState.Failed, Detail: "libtorch was not found (exit code 1)" });
    }

    [Fact]
    public async Task A_node_without_a_usable_device_fails_soon_with_the_reasons()
    {
        _cluster.Submit(1);
        _cluster.Launcher.BeforeStart = (device, _) => throw new TrainerCrashedException($"no libtorch on {device}", null, "");

        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Until(() => node.Completion.IsCompleted, TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<NodeFailedException>(() => node.Completion);
        Assert.Contains("cpu:0: no libtorch on cpu:0", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu:1: no libtorch on cpu:1", error.Message, StringComparison.Ordinal);
        Assert.Equal(TrialState.Queued, _cluster.Store.Trials[0].State);
        Assert.Equal(0, _cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public async Task A_bug_in_the_reports_fails_the_node_loudly_instead_of_losing_them()
    {
        _cluster.Submit(1);
        _cluster.Store.Before = (call, _) => call == "append" ? throw new InvalidOperationException("epoch 99 of 5") : Task.CompletedTask;

        var node = _cluster.Start(_cluster.Options());
        _cluster.Until(() => node.Completion.IsCompleted, TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<NodeFailedException>(() => node.Completion);
        Assert.Contains("epoch 99 of 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trainer_that_breaks_its_contract_costs_one_attempt_and_is_replaced()
    {
        _cluster.Submit(1);
        var times = 0;
        _cluster.Script.BeforeEpoch = (_, _, _) =>
        {
            if (times++ == 0)
            {
                throw new InvalidDataException("frame of 12 bytes where 40 were announced");
            }
        };

        _cluster.Finish(_cluster.Start(_cluster.Options()));

        _cluster.AssertAllSucceeded();
        Assert.Equal(2, _cluster.Launcher.Started.Count);
        Assert.Contains(_cluster.Events.OfType<TrialEnded>(), e => e.Reason == "frame of 12 bytes where 40 were announced");
    }

    [Fact]
    public void A_bug_that_ends_one_worker_costs_its_device_and_its_trial_passes_to_the_others_when_the_lease_has_run_out()
    {
        _cluster.Submit(2);
        var options = _cluster.Options("cpu:0", "cpu:1");
        var node = _cluster.Start(options with
        {
            OnEvent = e =>
            {
                _cluster.Events.Add(e);
                if (e is TrialStarted { Device: "cpu:1" })
                {
                    throw new InvalidDataException("a bug");
                }
            },
        });

        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
        Assert.InRange(_cluster.Clock.Elapsed.TotalSeconds, 60, 75);
        Assert.Contains(_cluster.Events.OfType<DeviceChanged>(), d => d is { Device: "cpu:1", State: DeviceState.Failed, Detail: "a bug" });
        Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        Assert.Equal("lost", Assert.Single(_cluster.Store.Trials, t => t.Attempt == 2).Ends[0].Outcome);
    }
}
