using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_submit_adds_and_a_second_one_keeps()
    {
        var first = await SubmitAsync(Some.Trials(15));
        var second = await SubmitAsync(Some.Trials(15));

        Assert.Equal((15, 0, 0, 0), (first.Added, first.Kept, first.Unwanted, first.Succeeded));
        Assert.Equal(Some.Trials(15).Take(SubmitResult.SampleSize), first.AddedSample);
        Assert.Equal((0, 15, 0, 0), (second.Added, second.Kept, second.Unwanted, second.Succeeded));
        Assert.Equal(15, (await Store.GetSweepAsync(SweepName, Token))!.Count(TrialState.Queued));
    }

    [Fact]
    public async Task A_trial_that_the_expansion_names_twice_is_added_once()
    {
        var first = await SubmitAsync([Some.Trial(1, index: 0), Some.Trial(1, index: 1), Some.Trial(2, index: 2)]);
        var second = await SubmitAsync(
            [Some.Trial(1, index: 0), Some.Trial(1, index: 1), Some.Trial(3, index: 2), Some.Trial(3, index: 3)]);

        Assert.Equal((2, 0), (first.Added, first.Kept));
        Assert.Equal((1, 1, 1), (second.Added, second.Kept, second.Unwanted));
    }

    [Fact]
    public async Task An_edited_sweep_adds_its_difference_stops_what_it_dropped_and_keeps_results()
    {
        await SubmitAsync(Some.Trials(4));
        await SucceedAsync(await ClaimOneAsync());
        var running = await ClaimOneAsync();

        var edited = await SubmitAsync([Some.Trial(3), Some.Trial(4)]);

        Assert.Equal((1, 1, 3, 0), (edited.Added, edited.Kept, edited.Unwanted, edited.Succeeded));
        Assert.Equal([Some.Trial(0).Id, Some.Trial(1).Id, Some.Trial(2).Id], edited.UnwantedSample.Select(trial => trial.Id));
        Assert.Equal((TrialState.Succeeded, false), ((await TrialAsync(0)).State, (await TrialAsync(0)).Wanted));
        Assert.Equal((TrialState.Stopped, "no longer in the sweep file"),
            ((await TrialAsync(2)).State, (await TrialAsync(2)).Reason));
        Assert.Equal(2, (await Store.GetSweepAsync(SweepName, Token))!.Total);
        Assert.Equal(Directive.Stop, await AskedAsync(running.Attempt));
        await FinishAsync(running, AttemptOutcome.Stopped);
        Assert.Equal(TrialState.Stopped, (await TrialAsync(1)).State);
    }

    [Fact]
    public async Task A_trial_wanted_again_is_queued_again_unless_it_succeeded()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(4), Token);
        await SucceedAsync(await ClaimOneAsync());
        await FinishAsync(await ClaimOneAsync(), Some.Failure(FailureClass.Nan));
        var running = await ClaimOneAsync();
        await SubmitAsync(Some.Trial(9));

        var again = await SubmitAsync(Some.Trials(4));

        Assert.Equal((0, 4, 1, 1, 4), (again.Added, again.Kept, again.Unwanted, again.Succeeded, again.WantedAgain));
        Assert.Equal([TrialState.Succeeded, TrialState.Queued, TrialState.Running, TrialState.Queued],
            [(await TrialAsync(0)).State, (await TrialAsync(1)).State, (await TrialAsync(2)).State, (await TrialAsync(3)).State]);
        Assert.Equal(Directive.Continue, await AskedAsync(running.Attempt));
    }

    [Fact]
    public async Task A_plan_says_what_a_submit_would_do_and_does_nothing()
    {
        await SubmitAsync(Some.Trials(3));
        await SucceedAsync(await ClaimOneAsync());
        var edited = new[] { Some.Trial(0), Some.Trial(2), Some.Trial(5), Some.Trial(5), Some.Trial(6) };

        var plan = await Store.PlanAsync(Some.Sweep(), edited, Token);
        var submit = await SubmitAsync(edited);

        Assert.Equal((2, 2, 1, 1), (plan.Added, plan.Kept, plan.Unwanted, plan.Succeeded));
        Assert.Equal((plan.Added, plan.Kept, plan.Unwanted, plan.Succeeded),
            (submit.Added, submit.Kept, submit.Unwanted, submit.Succeeded));
        Assert.Equal(plan.AddedSample, submit.AddedSample);
        Assert.Equal(plan.UnwantedSample.Select(trial => trial.Id), submit.UnwantedSample.Select(trial => trial.Id));
    }

    [Fact]
    public async Task What_a_search_has_proposed_is_kept_as_long_as_its_space_has_it()
    {
        var (searched, longer, narrower) = (Searched(4, most: 40), Searched(6, most: 40), Searched(4, most: 20));
        var first = await Store.SubmitAsync(Submission(searched), searched.Expand(), Token);
        var proposed = Searched("parameters: { model.latent: [10, 30] }").Expand()
            .Select(one => one with { Index = one.Index + 2 }).ToList();
        Assert.True(await Ledgers.ProposeAsync(SweepName, searched.Text, proposed, [], 0, "here", Token));

        var more = await Store.PlanAsync(Submission(longer), longer.Expand(), Token);
        var plan = await Store.PlanAsync(Submission(narrower), narrower.Expand(), Token);
        var edited = await Store.SubmitAsync(Submission(narrower), narrower.Expand(), Token);

        Assert.Equal((2, 0, 0, 2), (first.Added, first.Kept, first.Unwanted, first.ToCome));
        Assert.Equal((0, 4, 0, 2), (more.Added, more.Kept, more.Unwanted, more.ToCome));
        Assert.Equal((0, 3, 1, 1), (plan.Added, plan.Kept, plan.Unwanted, plan.ToCome));
        Assert.Equal(proposed[1].Id, Assert.Single(plan.UnwantedSample).Id);
        Assert.Equal((0, 3, 1, 1), (edited.Added, edited.Kept, edited.Unwanted, edited.ToCome));
        var sweep = (await Store.GetSweepAsync(SweepName, Token))!;
        Assert.Equal((3, 1), (sweep.Count(TrialState.Queued), sweep.ToCome));
    }

    private static SweepDefinition Searched(int trials, int most) => Searched($$"""
        method: tpe
        trials: {{trials}}
        search: { startup: 2 }
        enqueue: [ { model.latent: 5 }, { model.latent: 6 } ]
        parameters: { model.latent: { uniform: [2, {{most}}] } }
        """);

    private static SweepDefinition Searched(string what) => SweepFile.Parse($$"""
        name: {{SweepName}}
        dataset: { name: mnist, valid: 100 }
        train: { epochs: 2 }
        {{what}}
        """);

    private static SweepSubmission Submission(SweepDefinition definition) =>
        new(definition.Name, definition.Text) { InTheEnd = definition.Learns ? definition.InTheEnd() : null };

    [Fact]
    public async Task A_plan_of_a_new_sweep_counts_all_as_added()
    {
        var plan = await Store.PlanAsync(Some.Sweep("new"), Some.Trials(3), Token);

        Assert.Equal((3, 0, 0), (plan.Added, plan.Kept, plan.Unwanted));
        Assert.Null(await Store.GetSweepAsync("new", Token));
    }

    [Fact]
    public async Task A_submit_that_breaks_off_leaves_nothing()
    {
        IEnumerable<Trial> Broken()
        {
            foreach (var trial in Some.Trials(500))
                yield return trial;
            throw new InvalidDataException("row 500");
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => SubmitAsync(Broken()));

        Assert.Null(await Store.GetSweepAsync(SweepName, Token));
        Assert.Equal((3, 0), ((await SubmitAsync(Some.Trials(3))).Added, (await SubmitAsync(Some.Trials(3))).Added));
    }

    [Fact]
    public async Task A_submit_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        IEnumerable<Trial> Endless()
        {
            for (var i = 0; ; i++)
            {
                if (i == 1000)
                    source.Cancel();
                yield return Some.Trial(i);
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SubmitAsync(Some.Sweep(), Endless(), source.Token));

        Assert.Null(await Store.GetSweepAsync(SweepName, Token));
    }

    [Fact]
    public async Task A_fingerprint_that_is_none_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => SubmitAsync(Some.Trial(0) with { Fingerprint = "abcdefabcdef" }));
    }

    [Fact]
    public async Task A_paused_sweep_gives_nothing_out_and_its_running_trials_pause()
    {
        await SubmitAsync(Some.Trials(2));
        var claim = await ClaimOneAsync();

        var known = await Store.SetSweepStateAsync(SweepName, SweepState.Paused, Token);
        var nothing = await Store.ClaimAsync(Some.Claim(), Token);
        var directive = await AskedAsync(claim.Attempt);
        await FinishAsync(claim, AttemptOutcome.Paused);
        var paused = (await TrialAsync(0)).State;
        await Store.SetSweepStateAsync(SweepName, SweepState.Active, Token);

        Assert.True(known);
        Assert.Empty(nothing);
        Assert.Equal(Directive.Pause, directive);
        Assert.Equal(TrialState.Paused, paused);
        Assert.Equal(2, (await Store.ClaimAsync(Some.Claim(maxTrials: 2), Token)).Count);
    }

    [Fact]
    public async Task A_stopped_sweep_closes_its_open_trials_and_making_it_active_opens_them()
    {
        await SubmitAsync(Some.Trials(4));
        await SucceedAsync(await ClaimOneAsync());
        var running = await ClaimOneAsync();
        await Store.StopTrialAsync((await TrialAsync(3)).Key, Token);

        await Store.SetSweepStateAsync(SweepName, SweepState.Stopped, Token);
        var directive = await AskedAsync(running.Attempt);
        await FinishAsync(running, AttemptOutcome.Stopped);
        var stopped = (await Store.GetSweepAsync(SweepName, Token))!.Count(TrialState.Stopped);
        await Store.SetSweepStateAsync(SweepName, SweepState.Active, Token);

        Assert.Equal(Directive.Stop, directive);
        Assert.Equal(3, stopped);
        Assert.Equal([TrialState.Succeeded, TrialState.Queued, TrialState.Queued, TrialState.Stopped],
            [(await TrialAsync(0)).State, (await TrialAsync(1)).State, (await TrialAsync(2)).State, (await TrialAsync(3)).State]);
    }

    [Fact]
    public async Task A_stop_that_was_taken_back_before_the_worker_obeyed_queues_the_trial()
    {
        await SubmitAsync(Some.Trials(1));
        var claim = await ClaimOneAsync();
        await Store.SetSweepStateAsync(SweepName, SweepState.Stopped, Token);
        Assert.Equal(Directive.Stop, await AskedAsync(claim.Attempt));
        await Store.SetSweepStateAsync(SweepName, SweepState.Active, Token);

        await FinishAsync(claim, AttemptOutcome.Stopped);

        Assert.Equal(TrialState.Queued, (await TrialAsync(0)).State);
    }

    [Fact]
    public async Task A_stop_wins_over_the_requeue_of_a_lost_attempt()
    {
        await SubmitAsync(Some.Trials(1));
        await ClaimOneAsync();
        await Store.SetSweepStateAsync(SweepName, SweepState.Stopped, Token);

        await LoseAsync("w");

        Assert.Equal(TrialState.Stopped, (await TrialAsync(0)).State);
    }

    [Fact]
    public async Task One_trial_can_be_stopped_and_retried_by_name()
    {
        await SubmitAsync(Some.Trials(2));
        var running = await ClaimOneAsync();
        var waiting = (await TrialAsync(1)).Key;

        Assert.True(await Store.StopTrialAsync(running.Attempt.TrialKey, Token));
        Assert.True(await Store.StopTrialAsync(waiting, Token));
        Assert.True(await Store.StopTrialAsync(waiting, Token));
        Assert.Equal(Directive.Stop, await AskedAsync(running.Attempt));
        Assert.Equal((TrialState.Stopped, "stopped by its owner"), ((await TrialAsync(1)).State, (await TrialAsync(1)).Reason));
        Assert.Equal(0, await Store.RetryAsync(SweepName, null, null, Token));
        Assert.Equal(1, await Store.RetryAsync(SweepName, null, waiting, Token));
        Assert.Equal(TrialState.Queued, (await TrialAsync(1)).State);
    }

    [Fact]
    public async Task A_sweep_nobody_submitted_is_unknown()
    {
        Assert.Null(await Store.GetSweepAsync("nobody", Token));
        Assert.False(await Store.SetSweepStateAsync("nobody", SweepState.Paused, Token));
        Assert.Empty(await Store.ListSweepsAsync(Token));
        Assert.Empty(await Store.ClaimAsync(Some.Claim(), Token));
    }

    [Fact]
    public async Task A_sweeps_status_counts_its_trials_and_epochs()
    {
        await SubmitAsync(Some.Trials(3, epochs: 4));
        await Store.SubmitAsync(Some.Sweep("other"), Some.Trials(1), Token);
        await SucceedAsync(await ClaimOneAsync());
        await Store.AppendAsync(Some.Epochs((await ClaimOneAsync()).Attempt, 1), Token);

        var sweeps = await Store.ListSweepsAsync(Token);

        var status = sweeps[0];
        Assert.Equal([SweepName, "other"], sweeps.Select(sweep => sweep.Name));
        Assert.Equal((3, 2, 5, 12, SweepState.Active),
            (status.Total, status.Open, status.EpochsDone, status.EpochsTotal, status.State));
        Assert.Equal(
            (1, 1, 1), (status.Count(TrialState.Queued), status.Count(TrialState.Running), status.Count(TrialState.Succeeded)));
        Assert.Equal(("name: s\n", Time.GetUtcNow()), (status.Definition, status.CreatedAt));
    }

    [Fact]
    public async Task Trials_are_found_by_the_start_of_their_id()
    {
        await SubmitAsync(Some.Trials(40));
        await Store.SubmitAsync(Some.Sweep("other"), Some.Trials(1), Token);
        var id = Some.Trial(0).Id;

        Assert.Equal([SweepName, "other"], (await Store.FindTrialsAsync(id[..8].ToUpperInvariant(), null, 10, Token))
            .Select(trial => trial.Sweep));
        Assert.Single(await Store.FindTrialsAsync(id[..8], "other", 10, Token));
        Assert.Equal(Some.Trials(5).Select(trial => trial.Id), (await Store.FindTrialsAsync("", SweepName, 5, Token))
            .Select(trial => trial.Id));
        Assert.Empty(await Store.FindTrialsAsync(Some.Trial(0).Fingerprint[..63] + "x", null, 10, Token));
        Assert.Empty(await Store.FindTrialsAsync("%", null, 10, Token));
    }
}
