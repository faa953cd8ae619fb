using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_store_has_an_identity_that_never_changes_and_settings_that_do()
    {
        var identity = await Store.IdentityAsync(Token);
        await Store.MigrateAsync(Token);
        var unset = await Store.GetSettingAsync(StoreSettings.CheckpointBudget, Token);
        await Store.SetSettingAsync(StoreSettings.CheckpointBudget, "5", Token);
        await Store.SetSettingAsync(StoreSettings.CheckpointBudget, "7", Token);
        var set = await Store.GetSettingAsync(StoreSettings.CheckpointBudget, Token);
        await Store.SetSettingAsync(StoreSettings.CheckpointBudget, null, Token);

        Assert.Equal(32, identity.Length);
        Assert.Equal(identity, await Store.GetSettingAsync(StoreSettings.Identity, Token));
        Assert.Equal((null, "7", null), (unset, set, await Store.GetSettingAsync(StoreSettings.CheckpointBudget, Token)));
    }

    [Fact]
    public async Task Checkpoints_of_finished_trials_may_go_for_room_and_no_others()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(4), Token);
        var succeeded = await CheckpointAsync("a/model", "a/last");
        await FinishAsync(succeeded, Some.Success() with { ModelPath = "a/model" });
        Time.Advance(TimeSpan.FromSeconds(1));
        var failed = await CheckpointAsync("b/best", "b/last");
        await FinishAsync(failed, Some.Failure(FailureClass.Nan));
        await CheckpointAsync("c/best", "c/last");
        var queued = await CheckpointAsync("d/best", "d/last");
        await FinishAsync(queued, AttemptOutcome.Released);

        var all = await Store.ListCheckpointsAsync(Token);
        var forgotten = await Store.ForgetCheckpointsAsync([.. all.Select(c => c.Key)], Token);
        var obsolete = await Store.TakeObsoleteCheckpointsAsync(100, Token);

        Assert.Equal(
            ["a/last 1", "b/best 2", "b/last 2"],
            all.Where(c => c.Expendable).OrderBy(c => c.Rank).ThenBy(c => c.FinishedAt).ThenBy(c => c.Key)
                .Select(c => $"{c.Path} {c.Rank}"));
        Assert.Equal(["c/best", "c/last", "d/best", "d/last"], all.Where(c => !c.Expendable && c.Path[0] > 'b')
            .Select(c => c.Path).Order(StringComparer.Ordinal));
        Assert.Equal(3, forgotten);
        Assert.Equal(["a/last", "b/best", "b/last"], obsolete.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_trial_whose_checkpoint_was_given_up_starts_anew_and_the_others_go_on()
    {
        await Store.SubmitAsync(Some.Sweep(maxAttempts: 1), Some.Trials(2), Token);
        await FinishAsync(await CheckpointAsync("a/last"), Some.Failure(FailureClass.Nan));
        await FinishAsync(await CheckpointAsync("b/last"), Some.Failure(FailureClass.Nan));
        var given = (await Store.ListCheckpointsAsync(Token)).Single(c => c.Path == "a/last");
        await Store.ForgetCheckpointsAsync([given.Key], Token);

        await Store.RetryAsync(SweepName, null, null, Token);
        var anew = await ClaimOneAsync();
        var goesOn = await ClaimOneAsync();

        Assert.Equal((null, 0), (anew.CheckpointPath, anew.CheckpointEpoch));
        Assert.Equal(("b/last", 1), (goesOn.CheckpointPath, goesOn.CheckpointEpoch));
    }

    [Fact]
    public async Task Checkpoints_of_trials_that_nobody_wants_go_first_also_after_a_stop_that_is_taken_back()
    {
        await Store.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);
        await FinishAsync(await CheckpointAsync("a/last"), AttemptOutcome.Released);
        await SubmitAsync(Some.Trial(1));
        var unwanted = (await Store.ListCheckpointsAsync(Token)).Single();
        await Store.ForgetCheckpointsAsync([unwanted.Key], Token);
        await Store.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);

        var again = await ClaimOneAsync();

        Assert.Equal((true, 0), (unwanted.Expendable, unwanted.Rank));
        Assert.Null(again.CheckpointPath);
    }

    /// <summary>Claims a trial and records checkpoints: the first is its best, the last the one to go on from.</summary>
    private async Task<Claim> CheckpointAsync(params string[] paths)
    {
        var claim = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        for (var i = 0; i < paths.Length; i++)
            await Store.AppendAsync(Some.Checkpoint(claim.Attempt, i + 1, paths[i], best: i == 0), Token);
        return claim;
    }
}
