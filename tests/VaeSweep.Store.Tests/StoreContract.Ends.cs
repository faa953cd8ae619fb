using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_success_keeps_its_evaluations_and_never_changes_again()
    {
        await SubmitAsync(Some.Trials(1));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        var end = Some.Success(new Evaluation("test_nll", 86.5, 500, 10000) { File = "/a/b.npy" }, new Evaluation("test_nll", 86.1, 5000, 10000), new Evaluation("active_units", double.NaN, 1, 10000));

        var finished = await FinishAsync(claim, end);
        var again = await FinishAsync(claim, end);
        var otherwise = await FinishAsync(claim, Some.Failure(FailureClass.Crash));
        var stopped = await Store.StopTrialAsync(claim.Attempt.TrialKey, Token);
        await Store.SetSweepStateAsync(SweepName, SweepState.Stopped, Token);

        Assert.True(finished);
        Assert.True(again);
        Assert.False(otherwise);
        Assert.False(stopped);
        var trial = await TrialAsync(0);
        Assert.Equal((TrialState.Succeeded, "model.bin", null), (trial.State, trial.ModelPath, trial.Reason));
        Assert.NotNull(trial.FinishedAt);
        var rows = (await QueryAsync("SELECT metric, samples, value, images, file FROM evaluations ORDER BY metric, samples")).Rows;
        Assert.Equal([["active_units", 1L, null, 10000L, null], ["test_nll", 500L, 86.5, 10000L, "/a/b.npy"], ["test_nll", 5000L, 86.1, 10000L, null]], rows);
    }

    [Fact]
    public async Task A_success_with_missing_epochs_is_an_error_and_changes_nothing()
    {
        await SubmitAsync(Some.Trials(1, epochs: 3));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 3), Token);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => FinishAsync(claim, Some.Success(new Evaluation("test_nll", 1, 1, 1))));

        Assert.Contains("2 of 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(TrialState.Running, (await TrialAsync(0)).State);
        Assert.Empty((await QueryAsync("SELECT * FROM evaluations")).Rows);
    }

    [Fact]
    public async Task The_events_of_an_epoch_are_kept_with_its_first_report_and_shown_once()
    {
        await SubmitAsync(Some.Trials(1, epochs: 3));
        var claim = await ClaimOneAsync();
        var batch = Some.Epochs(claim.Attempt, 1, 2);
        var eventful = batch with
        {
            Epochs = [.. batch.Epochs.Select(one => one with { Report = one.Report with { Events = one.Report.Epoch == 2 ? [new("posterior_collapse", "it's gone"), new("stopped_early", "so")] : [] } })],
        };

        await Store.AppendAsync(eventful, Token);
        await Store.AppendAsync(eventful, Token);

        var rows = (await QueryAsync("SELECT trial, epoch, event, detail FROM events ORDER BY event")).Rows;
        var trial = await TrialAsync(0);
        Assert.Equal([[trial.Id, 2L, "posterior_collapse", "it's gone"], [trial.Id, 2L, "stopped_early", "so"]], rows);
    }

    [Fact]
    public async Task A_success_that_ended_early_is_complete_with_the_epochs_it_had_and_says_why()
    {
        await SubmitAsync(Some.Trials(1, epochs: 5));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        var end = Some.Success(new Evaluation("test_nll", 86.5, 500, 10000)) with { Reason = "stopped early after epoch 2 of 5", Epochs = 2 };

        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => FinishAsync(claim, end with { Epochs = 3 }));
        var finished = await FinishAsync(claim, end);

        Assert.Contains("2 of 3", wrong.Message, StringComparison.Ordinal);
        Assert.True(finished);
        var trial = await TrialAsync(0);
        Assert.Equal((TrialState.Succeeded, 2, 2, "stopped early after epoch 2 of 5"), (trial.State, trial.EpochsDone, trial.Epochs, trial.Reason));
        Assert.Equal([[2L, 2L]], (await QueryAsync("SELECT epochs_done, epochs FROM trials")).Rows);
    }

    [Theory]
    [InlineData(FailureClass.Crash, true)]
    [InlineData(FailureClass.Oom, true)]
    [InlineData(FailureClass.Lost, true)]
    [InlineData(FailureClass.Nan, false)]
    [InlineData(FailureClass.Error, false)]
    public async Task A_failure_is_retried_by_its_class(FailureClass failure, bool retried)
    {
        await SubmitAsync(Some.Trials(1));
        var claim = await ClaimOneAsync();

        await FinishAsync(claim, Some.Failure(failure, "the reason"));

        var trial = await TrialAsync(0);
        Assert.Equal((retried ? TrialState.Queued : TrialState.Failed, failure, "the reason"), (trial.State, trial.FailureClass, trial.Reason));
    }

    [Fact]
    public async Task A_trial_fails_when_its_attempts_are_used_up_and_released_ones_do_not_count()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 2), Some.Trials(1), Token);
        for (var i = 0; i < 5; i++)
            await FinishAsync(await ClaimOneAsync(), AttemptOutcome.Released);
        await FinishAsync(await ClaimOneAsync(), Some.Failure(FailureClass.Crash));
        Assert.Equal(TrialState.Queued, (await TrialAsync(0)).State);
        await FinishAsync(await ClaimOneAsync(), Some.Failure(FailureClass.Crash, "again"));

        var trial = await TrialAsync(0);
        Assert.Equal((TrialState.Failed, 7, FailureClass.Crash, "again"), (trial.State, trial.Attempts, trial.FailureClass, trial.Reason));
    }

    [Fact]
    public async Task A_trial_that_is_lost_again_and_again_without_a_new_checkpoint_is_given_up_at_last()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(1), Token);
        for (var i = 1; i < TrialPolicy.MaxLosses; i++)
            await LoseAsync();
        Assert.Equal(TrialState.Queued, (await TrialAsync(0)).State);

        await LoseAsync();

        var trial = await TrialAsync(0);
        Assert.Equal((TrialState.Failed, TrialPolicy.MaxLosses, FailureClass.Lost), (trial.State, trial.Attempts, trial.FailureClass));
        Assert.Contains("gone", trial.Reason, StringComparison.Ordinal);

        async Task LoseAsync()
        {
            await ClaimOneAsync("gone");
            Time.Advance(Some.Lease + TimeSpan.FromSeconds(1));
            await Store.RequeueExpiredAsync(Token);
        }
    }

    [Fact]
    public async Task A_new_checkpoint_makes_earlier_failures_forgotten_and_the_same_one_again_does_not()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 2), Some.Trials(1, epochs: 3), Token);
        await FailAfterAsync(1);
        await FailAfterAsync(2);
        Assert.Equal(TrialState.Queued, (await TrialAsync(0)).State);

        await FailAfterAsync(2);

        Assert.Equal((TrialState.Failed, 3), ((await TrialAsync(0)).State, (await TrialAsync(0)).Attempts));

        async Task FailAfterAsync(int checkpoint)
        {
            var claim = await ClaimOneAsync();
            await Store.AppendAsync(Some.Epochs(claim.Attempt, [.. Enumerable.Range(1, checkpoint)]), Token);
            await Store.AppendAsync(Some.Checkpoint(claim.Attempt, checkpoint, $"{claim.Attempt.Attempt}/{checkpoint}"), Token);
            await FinishAsync(claim, Some.Failure(FailureClass.Crash));
        }
    }

    [Fact]
    public async Task An_error_pauses_a_sweep_in_which_nothing_has_worked_yet_and_only_such_a_one()
    {
        await SubmitAsync(Some.Trials(4));
        var running = await ClaimOneAsync();
        var broken = await ClaimOneAsync();
        await FinishAsync(broken, Some.Failure(FailureClass.Error, "no such data"));
        var paused = await Store.GetSweepAsync(SweepName, Token);
        var asked = await RenewAsync(running);
        var claims = await Store.ClaimAsync(Some.Claim(), Token);
        await Store.SetSweepStateAsync(SweepName, SweepState.Active, Token);
        var active = await Store.GetSweepAsync(SweepName, Token);
        await SucceedAsync(running);
        await FinishAsync(await ClaimOneAsync(), Some.Failure(FailureClass.Error, "no such data"));

        Assert.Equal((SweepState.Paused, $"trial {broken.TrialId} cannot be trained: no such data", Directive.Pause), (paused!.State, paused.Reason, asked));
        Assert.Empty(claims);
        Assert.Equal((SweepState.Active, null), (active!.State, active.Reason));
        Assert.Equal(SweepState.Active, (await Store.GetSweepAsync(SweepName, Token))!.State);
    }

    [Fact]
    public async Task A_retry_queues_failed_trials_with_a_fresh_count()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(3), Token);
        foreach (var failure in new[] { FailureClass.Crash, FailureClass.Oom, FailureClass.Nan })
            await FinishAsync(await ClaimOneAsync(), Some.Failure(failure));

        var oom = await Store.RetryAsync(SweepName, FailureClass.Oom, null, Token);
        var one = await Store.RetryAsync(SweepName, null, (await TrialAsync(2)).Key, Token);
        var rest = await Store.RetryAsync(SweepName, null, null, Token);
        var unknown = await Store.RetryAsync("nobody", null, null, Token);

        Assert.Equal((1, 1, 1, 0), (oom, one, rest, unknown));
        Assert.Equal(2, (await ClaimOneAsync()).Attempt.Attempt);
        Assert.Equal((TrialState.Queued, null, null), ((await TrialAsync(1)).State, (await TrialAsync(1)).FailureClass, (await TrialAsync(1)).Reason));
    }

    [Fact]
    public async Task Every_attempt_leaves_a_row()
    {
        await SubmitAsync(Some.Trials(1, epochs: 3));
        var first = await ClaimOneAsync("a");
        await Store.AppendAsync(Some.Epochs(first.Attempt, 1, 2), Token);
        await Store.AppendAsync(Some.Checkpoint(first.Attempt, 1, "one"), Token);
        Time.Advance(TimeSpan.FromSeconds(5));
        await FinishAsync(first, Some.Failure(FailureClass.Oom, "out of memory"));
        var second = await ClaimOneAsync("b");
        await Store.AppendAsync(Some.Epochs(second.Attempt, 2, 3), Token);
        await FinishAsync(second, Some.Success());
        var rows = (await QueryAsync(
            "SELECT attempt, worker, device, started_at, ended_at, from_epoch, to_epoch, outcome, reason, failure_class, provenance FROM attempts ORDER BY attempt")).Rows;

        Assert.Equal(
            [
                [1L, "a", "cpu:0", "2024-05-01T12:00:00.000Z", "2024-05-01T12:00:05.000Z", 0L, 2L, "failed", "out of memory", "oom", "{\"torch\":\"1.13\"}"],
                [2L, "b", "cpu:0", "2024-05-01T12:00:05.000Z", "2024-05-01T12:00:05.000Z", 1L, 3L, "succeeded", null, null, "{\"torch\":\"1.13\"}"],
            ],
            rows);
    }

    [Fact]
    public async Task An_unknown_attempt_is_lost_not_an_error()
    {
        var nobody = new AttemptKey(99, 1);

        var refused = await Store.AppendAsync(Some.Epochs(nobody, 1), Token);
        var finished = await Store.FinishAsync(nobody, Some.Success(), Token);
        var directives = await Store.RenewAsync([nobody], Some.Lease, Token);

        Assert.Equal([nobody], refused);
        Assert.False(finished);
        Assert.Equal([Directive.Lost], directives);
        Assert.False(await Store.StopTrialAsync(99, Token));
    }
}
