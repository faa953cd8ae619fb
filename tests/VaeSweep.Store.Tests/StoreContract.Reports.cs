using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_report_comes_back_as_it_was_and_what_was_not_measured_is_null()
    {
        await SubmitAsync(Some.Trials(1));
        var claim = await ClaimOneAsync();

        await Store.AppendAsync(
            new ReportBatch([new(claim.Attempt, Some.Report(1)), new(claim.Attempt, new EpochReport { Epoch = 2 })], []), Token);

        var rows = (await QueryAsync(
            "SELECT epoch, train_elbo, train_kl, valid_elbo, valid_kl, test_elbo, beta, active_units, active_units_01, "
                + "grad_norm, seconds FROM epochs ORDER BY epoch")).Rows;
        Assert.Equal(
            [
                [1L, -99.0, 20.0, -101.5, null, null, 0.5, 7L, null, 3.25, 0.5],
                [2L, null, null, null, null, null, 1.0, null, null, null, 0.0],
            ],
            rows);
    }

    [Fact]
    public async Task Units_are_one_row_for_each_layer_and_unit()
    {
        await SubmitAsync(Some.Trials(1));
        var claim = await ClaimOneAsync();

        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1), Token);

        var rows =
            (await QueryAsync("SELECT sweep, trial, epoch, layer, unit, activity, kl FROM units ORDER BY layer, unit")).Rows;
        var id = claim.TrialId;
        Assert.Equal(
            [[SweepName, id, 1L, 1L, 1L, 0.25, 1.5], [SweepName, id, 1L, 1L, 2L, 0.001, null],
                [SweepName, id, 1L, 2L, 1L, 2.0, 3.0]],
            rows.Select(row => row.Select(value => value is long and not 1L and not 2L ? Convert.ToDouble(value) : value)
                .ToArray()).Select(Widen));

        // A number without a fraction may come back as an integer from JSON.
        static object?[] Widen(object?[] row) =>
            [.. row[..5], .. row[5..].Select(value => value is long whole ? (double)whole : value)];
    }

    [Fact]
    public async Task The_same_reports_twice_are_stored_once_and_the_first_stays()
    {
        await SubmitAsync(Some.Trials(1, epochs: 3));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);

        var refused = await Store.AppendAsync(
            new ReportBatch([new(claim.Attempt, Some.Report(2) with { TrainElbo = 0 }), new(claim.Attempt, Some.Report(3))], []),
            Token);

        Assert.Empty(refused);
        var trial = await TrialAsync(0);
        Assert.Equal(3, trial.EpochsDone);
        Assert.Equal([[3L, -98.0, 1.5]], (await QueryAsync(
            "SELECT count(*), (SELECT train_elbo FROM epochs WHERE epoch = 2), (SELECT seconds FROM trials) FROM epochs")).Rows);
    }

    [Fact]
    public async Task A_refused_attempt_does_not_keep_others_of_its_batch_from_being_stored()
    {
        await SubmitAsync(Some.Trials(2));
        var stale = await ClaimOneAsync("a");
        var good = await ClaimOneAsync("b");
        await LoseAsync("a");

        var refused = await Store.AppendAsync(new ReportBatch(
            [new(stale.Attempt, Some.Report(1)), new(good.Attempt, Some.Report(1))],
            [new(stale.Attempt, 0, "stale", false), new(good.Attempt, 1, "good", true)]), Token);

        Assert.Equal([stale.Attempt], refused);
        Assert.Equal((0, null), ((await TrialAsync(0)).EpochsDone, (await TrialAsync(0)).CheckpointPath));
        Assert.Equal((1, "good"), ((await TrialAsync(1)).EpochsDone, (await TrialAsync(1)).CheckpointPath));
    }

    [Fact]
    public async Task A_checkpoint_without_the_epochs_it_covers_is_an_error_and_nothing_of_its_batch_is_stored()
    {
        await SubmitAsync(Some.Trials(1, epochs: 5));
        var claim = await ClaimOneAsync();
        var batch = new ReportBatch(
            [new(claim.Attempt, Some.Report(1)), new(claim.Attempt, Some.Report(3))], [new(claim.Attempt, 3, "three", false)]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.AppendAsync(batch, Token));

        Assert.Equal((0, null), ((await TrialAsync(0)).EpochsDone, (await TrialAsync(0)).CheckpointPath));
    }

    [Fact]
    public async Task A_checkpoint_inside_the_first_epoch_covers_none()
    {
        await SubmitAsync(Some.Trials(1));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 0, "start"), Token);
        await FinishAsync(claim, AttemptOutcome.Released);

        var next = await ClaimOneAsync();

        Assert.Equal(("start", 0), (next.CheckpointPath, next.CheckpointEpoch));
    }

    [Fact]
    public async Task An_epoch_the_trial_does_not_have_is_an_error()
    {
        await SubmitAsync(Some.Trials(1, epochs: 2));
        var claim = await ClaimOneAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.AppendAsync(Some.Epochs(claim.Attempt, 3), Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.AppendAsync(Some.Epochs(claim.Attempt, 0), Token));
    }

    [Fact]
    public async Task An_error_in_one_batch_leaves_others_written_at_the_same_time_alone()
    {
        await SubmitAsync(Some.Trials(50));
        var claims = await Store.ClaimAsync(Some.Claim(maxTrials: 50), Token);

        var writes = claims.Select((claim, i) => Store.AppendAsync(Some.Epochs(claim.Attempt, i % 5 == 0 ? 9 : 1), Token))
            .ToArray();
        await Task.WhenAll(writes.Select(write =>
            write.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));

        Assert.Equal(10, writes.Count(write => write.IsFaulted));
        Assert.Equal([[40L]], (await QueryAsync("SELECT count(*) FROM epochs")).Rows);
    }

    [Fact]
    public async Task Superseded_checkpoints_are_taken_once_and_last_and_best_are_kept()
    {
        await SubmitAsync(Some.Trials(1, epochs: 5));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2, 3, 4, 5), Token);
        foreach (var epoch in Enumerable.Range(1, 4))
            await Store.AppendAsync(Some.Checkpoint(claim.Attempt, epoch, $"c{epoch}", best: epoch <= 2), Token);

        var first = await Store.TakeObsoleteCheckpointsAsync(1, Token);
        var rest = await Store.TakeObsoleteCheckpointsAsync(10, Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 5, "c5", best: true), Token);
        var replaced = await Store.TakeObsoleteCheckpointsAsync(10, Token);
        var none = await Store.TakeObsoleteCheckpointsAsync(10, Token);

        Assert.Equal(["c1"], first);
        Assert.Equal(["c3"], rest);
        Assert.Equal(["c2", "c4"], replaced.Order(StringComparer.Ordinal));
        Assert.Empty(none);
    }

    [Fact]
    public async Task A_checkpoint_written_again_under_its_name_is_not_obsolete()
    {
        await SubmitAsync(Some.Trials(1, epochs: 5));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 1, "a"), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 2, "b"), Token);

        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 2, "a"), Token);

        Assert.Equal(["b"], await Store.TakeObsoleteCheckpointsAsync(10, Token));
        Assert.Equal("a", (await TrialAsync(0)).CheckpointPath);
    }

    [Fact]
    public async Task A_succeeded_trial_keeps_its_last_checkpoint_alone()
    {
        await SubmitAsync(Some.Trials(1, epochs: 2));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 1, "best", best: true), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 2, "last"), Token);
        Assert.Empty(await Store.TakeObsoleteCheckpointsAsync(10, Token));

        await FinishAsync(claim, Some.Success());

        Assert.Equal(["best"], await Store.TakeObsoleteCheckpointsAsync(10, Token));
    }

    [Fact]
    public async Task The_files_of_a_sweep_are_its_checkpoints_needed_or_not_and_its_models()
    {
        await SubmitAsync(Some.Trials(2, epochs: 2));
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 1, "a"), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 2, "b", best: true), Token);
        await FinishAsync(claim, Some.Success() with { ModelPath = "m" });

        var files = await Store.ListFilesAsync(claim.Sweep, Token);

        Assert.Equal(2, files.Count);
        var done = Assert.Single(files, f => f.TrialId == claim.TrialId);
        Assert.Equal((TrialState.Succeeded, 1), (done.State, done.Attempt));
        Assert.Equal(["a", "b", "m"], done.Paths.Order(StringComparer.Ordinal));
        var other = Assert.Single(files, f => f.TrialId != claim.TrialId);
        Assert.Equal((TrialState.Queued, 0), (other.State, other.Attempt));
        Assert.Empty(other.Paths);
        Assert.Empty(await Store.ListFilesAsync("another", Token));
    }
}
