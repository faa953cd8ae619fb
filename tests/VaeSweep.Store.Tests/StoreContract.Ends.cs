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
        var end = Some.Success(new Evaluation("test_nll", 86.5, 500, 10000) { File = "/a/b.npy" },
            new Evaluation("test_nll", 86.1, 5000, 10000), new Evaluation("active_units", double.NaN, 1, 10000));

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
        var rows =
            (await QueryAsync("SELECT metric, samples, value, images, file FROM evaluations ORDER BY metric, samples")).Rows;
        Assert.Equal(
            [["active_units", 1L, null, 10000L, null], ["test_nll", 500L, 86.5, 10000L, "/a/b.npy"],
                ["test_nll", 5000L, 86.1, 10000L, null]], rows);
    }

    [Fact]
    public async Task A_success_with_missing_epochs_is_an_error_and_changes_nothing()
    {
        await SubmitAsync(Some.Trials(1, epochs: 3));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 3), Token);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            FinishAsync(claim, Some.Success(new Evaluation("test_nll", 1, 1, 1))));

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
            Epochs = [.. batch.Epochs.Select(
                one =>
                    one with { Report = one.Report with { Events = one.Report.Epoch == 2
                        ? [new("posterior_collapse", "it's gone"), new("stopped_early", "so")] : [] } })],
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
        var end = Some.Success(new Evaluation("test_nll", 86.5, 500, 10000)) with { Reason = "stopped early after epoch 2 of 5",
            Epochs = 2 };

        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => FinishAsync(claim, end with { Epochs = 3 }));
        var finished = await FinishAsync(claim, end);

        Assert.Contains("2 of 3", wrong.Message, StringComparison.Ordinal);
        Assert.True(finished);
        var trial = await TrialAsync(0);
        Assert.Equal((TrialState.Succeeded, 2, 2, "stopped early after epoch 2 of 5"),
            (trial.State, trial.EpochsDone, trial.Epochs, trial.Reason));
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
        Assert.Equal((retried ? TrialState.Queued : TrialState.Failed, failure, "the reason"),
            (trial.State, trial.FailureClass, trial.Reason));
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
        Assert.Equal((TrialState.Failed, 7, FailureClass.Crash, "again"),
            (trial.State, trial.Attempts, trial.FailureClass, trial.Reason));
    }

    [Fact]
    public async Task A_trial_that_is_lost_again_and_again_without_a_new_checkpoint_is_given_up_at_last()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(1), Token);
        for (var i = 1; i < TrialPolicy.MaxLosses; i++)
            await LoseOnceAsync();
        Assert.Equal(TrialState.Queued, (await TrialAsync(0)).State);

        await LoseOnceAsync();

        var trial = await TrialAsync(0);
        Assert.Equal((TrialState.Failed, TrialPolicy.MaxLosses, FailureClass.Lost),
            (trial.State, trial.Attempts, trial.FailureClass));
        Assert.Contains("gone", trial.Reason, StringComparison.Ordinal);

        async Task LoseOnceAsync()
        {
            await ClaimOneAsync("gone");
            await LoseAsync("gone");
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
    public async Task An_error_that_three_points_share_stops_the_sweep_with_its_reason()
    {
        await SubmitAsync(Some.Trials(1000));
        var running = await ClaimOneAsync();
        await FailAsync(10);
        await FailAsync(20);
        var before = await Store.GetSweepAsync(SweepName, Token);
        var last = await FailAsync(30);

        var stopped = await Store.GetSweepAsync(SweepName, Token);
        Assert.Equal((SweepState.Active, null), (before!.State, before.Reason));
        Assert.Equal((SweepState.Stopped, $"no trial of it can be trained. Trial {last}, and others alike: only 30 images"),
            (stopped!.State, stopped.Reason));
        Assert.Equal(
            (3, 996, 1), (stopped.Count(TrialState.Failed), stopped.Count(TrialState.Stopped),
                stopped.Count(TrialState.Running)));
        Assert.Equal(Directive.Stop, await AskedAsync(running.Attempt));
        Assert.Empty(await Store.ClaimAsync(Some.Claim(), Token));
    }

    [Fact]
    public async Task An_error_of_one_point_is_that_points_alone_and_its_seeds()
    {
        await SubmitAsync(Some.Trials(20));
        await FailAsync(1);
        await FailAsync(2);
        await FinishAsync(await ClaimOneAsync(), Some.Failure(FailureClass.Error, "something else"));

        Assert.Equal(SweepState.Active, (await Store.GetSweepAsync(SweepName, Token))!.State);
    }

    [Fact]
    public async Task An_error_is_not_the_sweeps_where_another_trial_came_further()
    {
        await SubmitAsync(Some.Trials(20));
        var trains = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(trains.Attempt, 1), Token);
        for (var i = 0; i < 10; i++)
            await FailAsync(i);

        Assert.Equal(SweepState.Active, (await Store.GetSweepAsync(SweepName, Token))!.State);
        Assert.Equal(Directive.Continue, await AskedAsync(trains.Attempt));
    }

    [Fact]
    public async Task An_error_is_not_the_sweeps_before_those_that_began_together_have_had_their_say()
    {
        await SubmitAsync(Some.Trials(20));
        var others = new List<Claim>();
        for (var i = 0; i < 4; i++)
            others.Add(await ClaimOneAsync($"worker {i}"));
        for (var i = 0; i < 3; i++)
            await FailAsync(i);
        var early = await Store.GetSweepAsync(SweepName, Token);
        await FinishAsync(others[0], Some.Failure(FailureClass.Error, "only 5 images"));

        Assert.Equal(SweepState.Active, early!.State);
        Assert.Equal(SweepState.Stopped, (await Store.GetSweepAsync(SweepName, Token))!.State);
    }

    [Fact]
    public async Task A_sweep_stopped_of_an_error_goes_on_when_its_owner_says_so()
    {
        await SubmitAsync(Some.Trials(5));
        for (var i = 0; i < 3; i++)
            await FailAsync(i);
        await Store.SetSweepStateAsync(SweepName, SweepState.Active, Token);
        await Store.RetryAsync(SweepName, FailureClass.Error, null, Token);
        for (var i = 0; i < 5; i++)
            await SucceedAsync(await ClaimOneAsync());

        var done = await Store.GetSweepAsync(SweepName, Token);
        Assert.Equal((SweepState.Active, null, 5), (done!.State, done.Reason, done.Count(TrialState.Succeeded)));
    }

    /// <returns>The trial that failed.</returns>
    private async Task<string> FailAsync(int number)
    {
        var claim = await ClaimOneAsync("failing");
        await FinishAsync(claim, Some.Failure(FailureClass.Error, $"only {number} images"));
        return claim.TrialId;
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
        Assert.Equal((TrialState.Queued, null, null),
            ((await TrialAsync(1)).State, (await TrialAsync(1)).FailureClass, (await TrialAsync(1)).Reason));
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
            "SELECT attempt, worker, device, started_at, ended_at, from_epoch, to_epoch, outcome, reason, failure_class, "
                + "provenance FROM attempts ORDER BY attempt")).Rows;

        Assert.Equal(
            [
                [1L, "a", "cpu:0", "2024-05-01T12:00:00.000Z", "2024-05-01T12:00:05.000Z", 0L, 2L, "failed", "out of memory",
                    "oom", "{\"torch\":\"1.13\"}"],
                [2L, "b", "cpu:0", "2024-05-01T12:00:05.000Z", "2024-05-01T12:00:05.000Z", 1L, 3L, "succeeded", null, null,
                    "{\"torch\":\"1.13\"}"],
            ],
            rows);
    }

    [Fact]
    public async Task An_unknown_attempt_is_lost_not_an_error()
    {
        var nobody = new AttemptKey(99, 1);

        var refused = await Store.AppendAsync(Some.Epochs(nobody, 1), Token);
        var finished = await Store.FinishAsync(nobody, Some.Success(), Token);
        var directive = await AskedAsync(nobody);

        Assert.Equal([nobody], refused);
        Assert.False(finished);
        Assert.Equal(Directive.Lost, directive);
        Assert.False(await Store.StopTrialAsync(99, Token));
    }
}
