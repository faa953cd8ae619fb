using System.Collections.Concurrent;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_claim_carries_what_a_worker_needs()
    {
        await SubmitAsync(Some.Trial(7, epochs: 5, packKey: "shape"));

        var claim = await ClaimOneAsync();

        var trial = Some.Trial(7);
        Assert.Equal(1, claim.Attempt.Attempt);
        Assert.Equal((SweepName, trial.Id, trial.ConfigJson, "shape", 5),
            (claim.Sweep, claim.TrialId, claim.ConfigJson, claim.PackKey, claim.Epochs));
        Assert.Equal((null, 0), (claim.CheckpointPath, claim.CheckpointEpoch));
    }

    [Fact]
    public async Task Two_claimers_of_one_trial_get_it_once()
    {
        await SubmitAsync(Some.Trials(1));

        var claims = await Task.WhenAll(Store.ClaimAsync(Some.Claim("a"), Token), Store.ClaimAsync(Some.Claim("b"), Token));

        Assert.Single(claims.SelectMany(one => one));
    }

    [Fact]
    public async Task Trials_start_in_the_order_of_their_index_older_sweeps_first()
    {
        await Store.SubmitAsync(Some.Sweep("older"), [Some.Trial(1, index: 9), Some.Trial(2, index: 3)], Token);
        await Store.SubmitAsync(Some.Sweep("newer"), [Some.Trial(3, index: 0)], Token);

        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await ClaimOneAsync()).TrialId);

        Assert.Equal([Some.Trial(2).Id, Some.Trial(1).Id, Some.Trial(3).Id], ids);
    }

    [Fact]
    public async Task A_claim_can_be_limited_to_one_sweep()
    {
        await Store.SubmitAsync(Some.Sweep("first"), [Some.Trial(1)], Token);
        await Store.SubmitAsync(Some.Sweep("second"), [Some.Trial(2)], Token);

        var claim = Assert.Single(await Store.ClaimAsync(Some.Claim(sweep: "second"), Token));
        var nothing = await Store.ClaimAsync(Some.Claim(sweep: "second"), Token);

        Assert.Equal("second", claim.Sweep);
        Assert.Empty(nothing);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_with_its_token()
    {
        await SubmitAsync(Some.Trials(4));
        var request = Some.Claim(maxTrials: 2);

        var first = await Store.ClaimAsync(request, Token);
        var again = await Store.ClaimAsync(request, Token);

        Assert.Equal(2, first.Count);
        Assert.Equal(first, again);
        Assert.Equal(2, (await Store.GetSweepAsync(SweepName, Token))!.Count(TrialState.Queued));
    }

    [Fact]
    public async Task A_pack_holds_trials_of_one_key_up_to_the_limit()
    {
        await SubmitAsync([Some.Trial(0), Some.Trial(1, packKey: "b"), Some.Trial(2), Some.Trial(3), Some.Trial(4)]);

        var pack = await Store.ClaimAsync(Some.Claim(maxTrials: 3), Token);
        var next = await Store.ClaimAsync(Some.Claim(maxTrials: 3), Token);

        Assert.Equal([Some.Trial(0).Id, Some.Trial(2).Id, Some.Trial(3).Id], pack.Select(one => one.TrialId));
        Assert.Equal([Some.Trial(1).Id], next.Select(one => one.TrialId));
    }

    [Fact]
    public async Task Trials_are_packed_only_with_those_at_the_same_checkpoint()
    {
        await SubmitAsync(Some.Trials(4, epochs: 5));
        var all = await Store.ClaimAsync(Some.Claim(maxTrials: 4), Token);
        await Store.AppendAsync(new ReportBatch(
            [new(all[0].Attempt, Some.Report(1)), new(all[2].Attempt, Some.Report(1)), new(all[3].Attempt, Some.Report(1)),
                new(all[3].Attempt, Some.Report(2))],
            [new(all[0].Attempt, 1, "p0", false), new(all[2].Attempt, 1, "p2", false), new(all[3].Attempt, 2, "p3", false)]),
                Token);
        foreach (var claim in all)
            await FinishAsync(claim, AttemptOutcome.Released);

        var packs = new List<int[]>();
        while (await Store.ClaimAsync(Some.Claim(maxTrials: 4), Token) is { Count: > 0 } pack)
            packs.Add([.. pack.Select(one => Enumerable.Range(0, 4).Single(i => Some.Trial(i).Id == one.TrialId))]);

        Assert.Equal([[0, 2], [1], [3]], packs);
    }

    [Fact]
    public async Task A_claim_after_a_checkpoint_names_the_last_one()
    {
        await SubmitAsync(Some.Trials(1, epochs: 5));
        var first = await ClaimOneAsync();
        await Store.AppendAsync(Some.Epochs(first.Attempt, 1, 2, 3), Token);
        await Store.AppendAsync(Some.Checkpoint(first.Attempt, 1, "one", best: true), Token);
        await Store.AppendAsync(Some.Checkpoint(first.Attempt, 3, "three"), Token);
        await FinishAsync(first, AttemptOutcome.Released);

        var second = await ClaimOneAsync();

        Assert.Equal((2, "three", 3), (second.Attempt.Attempt, second.CheckpointPath, second.CheckpointEpoch));
    }

    [Fact]
    public async Task What_a_lost_node_had_is_queued_again_and_its_late_writes_are_refused()
    {
        await SubmitAsync(Some.Trials(1));
        var stale = await ClaimOneAsync("a");

        var ended = await LoseAsync("a");
        var refused = await Store.AppendAsync(Some.Epochs(stale.Attempt, 1), Token);
        var finished = await FinishAsync(stale, Some.Failure(FailureClass.Crash));
        var released = await FinishAsync(stale, AttemptOutcome.Released);
        var directive = await AskedAsync(stale.Attempt);

        Assert.Equal([stale.Attempt], ended);
        Assert.Equal([stale.Attempt], refused);
        Assert.False(finished);
        Assert.False(released);
        Assert.Equal(Directive.Lost, directive);
        Assert.Equal(0, (await TrialAsync(0)).EpochsDone);
        Assert.Equal(2, (await ClaimOneAsync("b")).Attempt.Attempt);
    }

    [Fact]
    public async Task A_stale_worker_cannot_write_into_the_next_attempt()
    {
        await SubmitAsync(Some.Trials(1));
        var stale = await ClaimOneAsync("a");
        await LoseAsync("a");
        var current = await ClaimOneAsync("b");

        var refused = await Store.AppendAsync(
            new ReportBatch([new(stale.Attempt, Some.Report(1)), new(current.Attempt, Some.Report(1))], []), Token);

        Assert.Equal([stale.Attempt], refused);
        var row = Assert.Single((await QueryAsync("SELECT epoch, attempt FROM epochs")).Rows);
        Assert.Equal([1L, 2L], row);
    }

    [Fact]
    public async Task A_loss_and_a_finish_at_once_end_the_attempt_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var trial = Some.Trial(round, epochs: 0);
            await Store.SubmitAsync(Some.Sweep($"race{round}"), [trial], Token);
            var claim = Assert.Single(await Store.ClaimAsync(Some.Claim(sweep: $"race{round}", node: "n"), Token));

            var requeue = Task.Run(() => LoseAsync("n"), Token);
            var finish = Task.Run(() => Store.FinishAsync(claim.Attempt, Some.Success(), Token), Token);
            await Task.WhenAll(requeue, finish);

            var state = Assert.Single(await Store.FindTrialsAsync(trial.Id, $"race{round}", 1, Token)).State;
            Assert.Equal(await finish ? TrialState.Succeeded : TrialState.Queued, state);
            Assert.Equal(await finish ? 0 : 1, (await requeue).Count);
        }
    }

    [Fact]
    public async Task Sixty_four_claimers_run_a_thousand_trials_each_exactly_once()
    {
        await SubmitAsync(Some.Trials(1000, epochs: 1));
        var ran = new ConcurrentBag<long>();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(
            async () =>
            {
                while (await Store.ClaimAsync(
                    Some.Claim($"w{worker}", maxTrials: 1 + (worker % 3)), Token) is { Count: > 0 } claims)
                {
                    foreach (var claim in claims)
                    {
                        ran.Add(claim.Attempt.TrialKey);
                        await SucceedAsync(claim);
                    }
                }
            },
            Token)));

        Assert.Equal(1000, ran.Count);
        Assert.Equal(1000, ran.Distinct().Count());
        Assert.Equal(1000, (await Store.GetSweepAsync(SweepName, Token))!.Count(TrialState.Succeeded));
        Assert.Equal(
            1000L, Assert.Single((await QueryAsync("SELECT count(*) FROM attempts WHERE outcome = 'succeeded'")).Rows)[0]);
    }
}
