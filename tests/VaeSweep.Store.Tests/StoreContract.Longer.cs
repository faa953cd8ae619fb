using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <content>Trials that have more epochs than others of their sweep, and are otherwise the same.</content>
public abstract partial class StoreContract
{
    [Fact]
    public async Task A_trial_with_more_epochs_begins_with_the_reports_and_the_checkpoint_of_the_one_with_fewer()
    {
        await SubmitAsync(Long(2));
        await TrainAsync(2, "two");

        var plan = await Store.PlanAsync(Some.Sweep(), [Long(4)], Token);
        var result = await SubmitAsync(Long(4));

        Assert.Equal([new TrainedBefore(2, 4, 1, null)], plan.TrainedBefore);
        Assert.Equal((1L, 0L, 1L, 1L, 1L), (plan.Added, plan.Kept, plan.Unwanted, plan.Retired, plan.Lengthened));
        Assert.Equal([new TrainedBefore(2, 4, 1, null)], result.TrainedBefore);
        Assert.Equal((1L, 0L, 1L), (result.Added, result.Kept, result.Unwanted));
        var begun = await FoundAsync(4);
        Assert.Equal((TrialState.Queued, 2, 4), (begun.State, begun.EpochsDone, begun.Epochs));
        Assert.Equal([[2L]], (await QueryAsync("SELECT count(*) FROM epochs JOIN trials USING (trial) WHERE wanted")).Rows);
        var claim = await ClaimOneAsync();
        Assert.Equal(("two", 2, 4), (claim.CheckpointPath, claim.CheckpointEpoch, claim.Epochs));
        Assert.Empty(await Store.AppendAsync(Some.Epochs(claim.Attempt, 3, 4), Token));
        Assert.True(await FinishAsync(claim, Some.Success()));
        var again = await SubmitAsync(Long(4));
        Assert.Equal((0L, 1L, 0L, 0), (again.Added, again.Kept, again.Unwanted, again.TrainedBefore.Count));
    }

    [Fact]
    public async Task Each_of_both_may_be_deleted_without_harm_to_the_other()
    {
        await SubmitAsync(Long(2), Long(2, seed: 1));
        await TrainAsync(2, "kept");
        await TrainAsync(2, "lent");
        await SubmitAsync(Long(4), Long(4, seed: 1));

        await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { Trial = (await FoundAsync(4)).Key }, Token);
        await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { Trial = (await FoundAsync(2, seed: 1)).Key }, Token);

        Assert.Equal("kept", (await FoundAsync(2)).CheckpointPath);
        Assert.Equal("lent", (await FoundAsync(4, seed: 1)).CheckpointPath);
        Assert.DoesNotContain(await Store.TakeObsoleteCheckpointsAsync(9, Token), path => path is "kept" or "lent");
        Assert.Equal("lent", (await ClaimOneAsync()).CheckpointPath);
    }

    [Fact]
    public async Task The_longest_beginning_wins_and_one_that_has_not_gone_on_yet_lends_what_it_was_lent()
    {
        await SubmitAsync(Long(2), Long(3));
        await TrainAsync(2, "two");
        await TrainAsync(3, "three");

        await SubmitAsync(Long(5));
        var plan = await Store.PlanAsync(Some.Sweep(), [Long(8)], Token);
        await SubmitAsync(Long(8));
        await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { Trial = (await FoundAsync(3)).Key }, Token);
        await Housekeeping.DeleteAsync(new DeletionWish(SweepName) { Trial = (await FoundAsync(5)).Key }, Token);

        Assert.Equal([new TrainedBefore(3, 8, 1, null)], plan.TrainedBefore);
        Assert.DoesNotContain("three", await Store.TakeObsoleteCheckpointsAsync(9, Token));
        var claim = await ClaimOneAsync();
        Assert.Equal(("three", 3), (claim.CheckpointPath, claim.CheckpointEpoch));
    }

    [Fact]
    public async Task One_that_was_stopped_under_way_lends_what_it_has_and_one_that_ended_early_all_of_it()
    {
        await SubmitAsync(Long(4), Long(4, seed: 1));
        var early = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(early.Attempt, 1), Token);
        await Store.AppendAsync(Some.Checkpoint(early.Attempt, 1, "early"), Token);
        await FinishAsync(early, Some.Success() with { Epochs = 1, Reason = "stopped early" });
        var under = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(under.Attempt, 1, 2, 3), Token);
        await Store.AppendAsync(Some.Checkpoint(under.Attempt, 2, "under"), Token);

        var result = await SubmitAsync(Long(6), Long(6, seed: 1));

        Assert.Equal(
            [new TrainedBefore(1, 6, 1, null), new TrainedBefore(2, 6, 1, null)], result.TrainedBefore);
        Assert.Equal(Directive.Stop, await AskedAsync(under.Attempt));
        var claims = new[] { await ClaimOneAsync(), await ClaimOneAsync() };
        Assert.Equal([("early", 1), ("under", 2)], claims.Select(one => (one.CheckpointPath, one.CheckpointEpoch)).Order());
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "phases", "train.phases begin when train.epochs are over" },
        { "every", "evaluate.every 4 does not divide 2: their last epoch was measured, and alarms saw it" },
        { "gone", "no checkpoint of theirs is kept" },
        { "scheduler", "its scheduler counts its rungs over train.epochs" },
        { "mixed", "numbers of different software may stand in this sweep (--allow-mixed)" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_go_on_begins_anew_and_says_why(string kind, string why)
    {
        TrialConfig Of(int epochs) => Config(epochs) is var config && kind == "phases"
            ? config with { Train = config.Train with { Phases = [new(1, [])] } }
            : kind == "every" ? config with { Evaluate = config.Evaluate with { Every = 4 } } : config;
        var had = kind == "phases" ? 3 : 2;
        await SubmitAsync(TrialConfigJson.ToTrial(Of(2)));
        await TrainAsync(had, "two");
        if (kind == "gone")
            await Store.ForgetCheckpointsAsync([.. (await Store.ListCheckpointsAsync(Token)).Select(one => one.Key)], Token);
        if (kind == "mixed")
            await Store.AdjustSweepAsync(SweepName, new SweepAdjustment { AnyStack = true }, Token);

        var submission = Some.Sweep() with { Budget = kind == "scheduler" ? 1 : null };
        var plan = await Store.PlanAsync(submission, [TrialConfigJson.ToTrial(Of(4))], Token);
        var result = await Store.SubmitAsync(submission, [TrialConfigJson.ToTrial(Of(4))], Token);

        TrainedBefore[] expected = [new(had, had + 2, 1, why)];
        Assert.Equal(expected, plan.TrainedBefore);
        Assert.Equal(expected, result.TrainedBefore);
        Assert.Equal((1L, 0L), (result.Added, plan.Lengthened));
        var claim = await ClaimOneAsync();
        Assert.Equal((null, 0), (claim.CheckpointPath, claim.CheckpointEpoch));
    }

    private static TrialConfig Config(int epochs, long seed = 0) => new()
    {
        Dataset = new() { Name = "sprites" }, Model = new(), Objective = new(), Evaluate = new(), Seed = seed,
        Train = new() { Epochs = epochs },
    };

    private static Trial Long(int epochs, long seed = 0) => TrialConfigJson.ToTrial(Config(epochs, seed), seed);

    private async Task<TrialStatus> FoundAsync(int epochs, long seed = 0) =>
        Assert.Single(await Store.FindTrialsAsync(Long(epochs, seed).Fingerprint, SweepName, 10, Token));

    /// <summary>Trains the next trial to its end, with a checkpoint of its last epoch.</summary>
    private async Task TrainAsync(int epochs, string checkpoint)
    {
        var claim = await ClaimOneAsync();
        Assert.Equal(epochs, claim.Epochs);
        await Store.AppendAsync(Some.Epochs(claim.Attempt, [.. Enumerable.Range(1, epochs)]), Token);
        await Store.AppendAsync(Some.Checkpoint(claim.Attempt, epochs, checkpoint), Token);
        Assert.True(await FinishAsync(claim, Some.Success()));
    }
}
