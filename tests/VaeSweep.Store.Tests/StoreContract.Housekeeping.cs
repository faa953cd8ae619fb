using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    private IHousekeeping Housekeeping => (IHousekeeping)Store;

    [Fact]
    public async Task A_dry_run_says_what_a_deletion_does_and_changes_nothing()
    {
        await SubmitAsync(Some.Trials(3));
        await SucceedWithFilesAsync(SweepName);

        var dry = await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { DryRun = true }, Token);
        var there = await Store.FindTrialsAsync("", SweepName, 9, Token);
        var done = await Housekeeping.DeleteAsync(new DeletionWish(SweepName), Token);

        Assert.Equal(3, there.Count);
        Assert.Equal((0, 3L, 3), (dry!.Running, dry.Trials, dry.Files.Count));
        Assert.Equal(3L, done!.Trials);
        Assert.Equal(dry.Files.Order(StringComparer.Ordinal), done.Files.Order(StringComparer.Ordinal));
        Assert.Null(await Store.GetSweepAsync(SweepName, Token));
        Assert.Null(await Housekeeping.DeleteAsync(new DeletionWish(SweepName), Token));
    }

    [Fact]
    public async Task What_runs_is_deleted_only_when_that_is_asked_for_and_is_lost_to_its_worker()
    {
        await SubmitAsync(Some.Trials(2));
        var claim = await ClaimOneAsync();

        var refused = await Housekeeping.DeleteAsync(new DeletionWish(SweepName), Token);
        var would = await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { DryRun = true }, Token);
        var kept = await Store.GetSweepAsync(SweepName, Token);
        var done = await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { Running = true }, Token);

        Assert.Equal((1, 0L), (refused!.Running, refused.Trials));
        Assert.Equal((1, 2L), (would!.Running, would.Trials));
        Assert.Equal(2, kept!.Total);
        Assert.Equal((1, 2L), (done!.Running, done.Trials));
        Assert.Equal(Directive.Lost, await AskedAsync(claim.Attempt));
        Assert.Equal([claim.Attempt], await Store.AppendAsync(Some.Epochs(claim.Attempt, 1), Token));
        Assert.False(await FinishAsync(claim, AttemptOutcome.Released));
        // The same trial anew is another one: what the old worker says is never its.
        await SubmitAsync(Some.Trials(2));
        Assert.NotEqual(claim.Attempt.TrialKey, (await ClaimOneAsync()).Attempt.TrialKey);
        Assert.Equal(Directive.Lost, await AskedAsync(claim.Attempt));
    }

    [Fact]
    public async Task Failed_trials_are_deleted_alone_and_files_of_finished_ones_leave_their_scores()
    {
        await SubmitAsync(Some.Trials(3));
        await SucceedWithFilesAsync(SweepName);
        await FinishAsync(await ClaimOneAsync(), Some.Failure(FailureClass.Nan));

        var files = await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { ArtifactsOnly = true }, Token);
        var failed = await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { Failed = true }, Token);
        var left = await Store.FindTrialsAsync("", SweepName, 9, Token);

        Assert.Equal((1L, 3), (files!.Trials, files.Files.Count));
        Assert.Equal(1L, failed!.Trials);
        Assert.Equal([TrialState.Succeeded, TrialState.Queued], left.Select(trial => trial.State));
        Assert.Equal((null, null), (left[0].ModelPath, left[0].CheckpointPath));
        Assert.Equal([[80.0]], (await QueryAsync("SELECT value FROM evaluations")).Rows);
        Assert.Equal(3, (await Store.TakeObsoleteCheckpointsAsync(9, Token)).Count);
    }

    [Fact]
    public async Task A_sweep_takes_over_what_another_has_trained_and_each_may_be_deleted_without_harm_to_the_other()
    {
        await SubmitAsync(Some.Trials(2));
        await SucceedWithFilesAsync(SweepName);
        var submission = Some.Sweep("second") with { Reuse = true };

        var plan = await Store.PlanAsync(submission, Some.Trials(3), Token);
        var taken = await Housekeeping.ReuseAsync(submission, Some.Trials(3), Token);
        var again = await Housekeeping.ReuseAsync(submission, Some.Trials(3), Token);
        var submitted = await Store.SubmitAsync(submission, Some.Trials(3), Token);
        var mine = (await Store.FindTrialsAsync("", "second", 9, Token)).Single(trial => trial.State == TrialState.Succeeded);

        Assert.Equal([new TakenOver(SweepName, 1)], plan.Reused.Taken);
        Assert.Equal((3L, 0L), (plan.Added, plan.Kept));
        Assert.Equal([new TakenOver(SweepName, 1)], taken.Taken);
        Assert.Empty(again.Taken);
        Assert.Equal((2L, 1L, 1L), (submitted.Added, submitted.Kept, submitted.Succeeded));
        Assert.Equal(SweepName, mine.Source!.Name);
        Assert.Equal([["second", 2L, 80.0, "s"]], (await QueryAsync(
            "SELECT t.sweep, (SELECT count(*) FROM epochs e WHERE e.sweep = t.sweep AND e.trial = t.trial), v.value, t.taken_from "
            + "FROM trials t JOIN evaluations v ON v.sweep = t.sweep AND v.trial = t.trial WHERE t.sweep = 'second'")).Rows);

        var first = await Housekeeping.DeleteAsync(new DeletionWish(SweepName), Token);

        Assert.Equal((2L, 0, 3), (first!.Trials, first.Files.Count, first.Shared));
        Assert.Empty(await Store.TakeObsoleteCheckpointsAsync(9, Token));
        Assert.Empty(await Housekeeping.DeletedAsync([mine.Source.Trial], Token));
        Assert.Equal(mine.ModelPath, (await Store.FindTrialsAsync(mine.Id, "second", 2, Token))[0].ModelPath);

        var second = await Housekeeping.DeleteAsync(new DeletionWish("second"), Token);

        Assert.Equal((3, 0), (second!.Files.Count, second.Shared));
        Assert.Equal(3, (await Store.TakeObsoleteCheckpointsAsync(9, Token)).Count);
        Assert.Equal([mine.Source.Trial], await Housekeeping.DeletedAsync([mine.Source.Trial, 1_000], Token));
    }

    [Fact]
    public async Task Deleting_the_second_sweep_leaves_the_firsts_files()
    {
        await SubmitAsync(Some.Trials(1));
        await SucceedWithFilesAsync(SweepName);
        await Housekeeping.ReuseAsync(Some.Sweep("second"), Some.Trials(1), Token);
        await Housekeeping.ReuseAsync(Some.Sweep("third"), Some.Trials(1), Token);

        var second = await Housekeeping.DeleteAsync(new DeletionWish("second"), Token);
        var first = await Housekeeping.DeleteAsync(new DeletionWish(SweepName), Token);
        var third = await Housekeeping.DeleteAsync(new DeletionWish("third"), Token);

        Assert.Equal((0, 0, 3), (second!.Files.Count, first!.Files.Count, third!.Files.Count));
    }

    [Fact]
    public async Task A_renamed_sweep_keeps_its_trials_tags_and_note()
    {
        await SubmitAsync(Some.Trials(2));
        await Housekeeping.TagAsync(SweepName, null, ["b", "a"], [], Token);
        await Housekeeping.NoteAsync(SweepName, null, "for the talk", Token);
        await Housekeeping.TagAsync(SweepName, (await TrialAsync(1)).Key, ["odd"], [], Token);

        var renamed = await Housekeeping.RenameAsync(SweepName, "other", Token);
        var sweep = await Store.GetSweepAsync("other", Token);
        var trial = (await Store.FindTrialsAsync("", "other", 9, Token))[1];

        Assert.Equal(RenameOutcome.Done, renamed);
        Assert.Equal(["a", "b"], sweep!.Tags);
        Assert.Equal((2L, "for the talk"), (sweep.Total, sweep.Note));
        Assert.Equal(["odd"], trial.Tags);
        Assert.Equal([["a,b", "for the talk"]], (await QueryAsync("SELECT tags, note FROM sweeps")).Rows);
        await Assert.ThrowsAsync<ArgumentException>(() => Housekeeping.TagAsync("other", null, ["a b"], [], Token));
    }

    private async Task SucceedWithFilesAsync(string sweep)
    {
        var claim = Assert.Single(await Store.ClaimAsync(Some.Claim(sweep: sweep), Token));
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, 2, $"{sweep}/c2", best: true), Token);
        await FinishAsync(claim, Some.Success(new Evaluation("test_nll", 80, 500, 100) { File = $"{sweep}/v.npy" })
            with { ModelPath = $"{sweep}/m" });
    }
}
