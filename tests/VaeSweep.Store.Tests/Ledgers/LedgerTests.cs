using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>What the Ledger can beyond the store's contract: terms and generations, budgets.</summary>
public sealed class LedgerTests
{
    private static readonly DateTimeOffset _now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Ledger _ledger = new();

    public LedgerTests() => _ledger.Start(new string('a', 32), 7, moved: false, _now);

    [Fact]
    public void A_term_is_the_unix_time_of_its_start_and_later_than_every_other()
    {
        var first = _ledger.Term;
        _ledger.Start("", 0, moved: false, _now);
        var atOnce = _ledger.Term;
        _ledger.Start("", 0, moved: false, _now - TimeSpan.FromDays(9));
        var clockBack = _ledger.Term;
        _ledger.Start("", 0, moved: false, new DateTimeOffset(2038, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Submit(1);

        var granted = GrantOne();

        Assert.Equal((uint)_now.ToUnixTimeSeconds(), first);
        Assert.Equal((first + 1, first + 2), (atOnce, clockBack));
        Assert.Equal((2_158_963_200u, 1), ((uint)(granted.Attempt.Fence >>> 32), (int)granted.Attempt.Fence));
        Assert.Equal((new string('a', 32), 7), (_ledger.Identity, _ledger.Generation));
    }

    [Fact]
    public void Attempts_of_several_heads_never_share_a_fence_and_count_on_for_people()
    {
        Submit(1);
        var attempts = new List<Granted>();
        for (var i = 0; i < 3; i++)
        {
            attempts.Add(GrantOne());
            Assert.True(_ledger.Finish(attempts[^1].Attempt, new AttemptEnd(AttemptOutcome.Released), _now));
            _ledger.Start("", 0, moved: false, _now);
        }

        Assert.Equal([1, 2, 3], attempts.Select(one => one.Ordinal));
        Assert.Equal(3, attempts.Select(one => one.Attempt.Fence).Distinct().Count());
    }

    [Fact]
    public void In_a_store_that_was_moved_what_ran_is_queued_again_at_no_cost_and_its_workers_are_lost()
    {
        Submit(2, maxAttempts: 1);
        var before = GrantOne();
        _ledger.Report(before.Attempt, [Some.Report(1)], [new EpochCheckpoint(1, "one", false)]);
        var copy = Ledger.Load([.. Kept()]);

        var ended = copy.Start("", 8, moved: true, _now + TimeSpan.FromSeconds(5));
        var report = copy.Report(before.Attempt, [Some.Report(2)], []);
        var end = copy.Finish(before.Attempt, new AttemptEnd(AttemptOutcome.Released), _now);
        var asked = copy.Asked(before.Attempt);
        var after = Assert.Single(copy.Grant(Some.Claim(), _now));

        Assert.Equal(before.Attempt.Fence, Assert.Single(ended).Fence);
        Assert.Equal((false, false, Directive.Lost), (report, end, asked));
        Assert.Equal((before.TrialId, 2, 8L, 1), (after.TrialId, after.Ordinal, after.Attempt.Generation, after.CheckpointEpoch));
        Assert.Equal(("lost", "the store was restored or moved"), (copy.Attempts(1)[0].Outcome, copy.Attempts(1)[0].Reason));
        Assert.Equal((0, 0), (copy.Trial(1)!.Failures, copy.Trial(1)!.Losses));
    }

    [Fact]
    public void A_trial_runs_to_its_budget_and_waits_for_its_scheduler()
    {
        Submit(3, epochs: 6, budget: 2);
        var granted = GrantOne();
        RunTo(granted, 2);
        var directive = _ledger.Asked(granted.Attempt);
        _ledger.Finish(granted.Attempt, new AttemptEnd(AttemptOutcome.Paused), _now);
        var waiting = Assert.Single(_ledger.Waiting("s"));
        _ledger.SetState("s", SweepState.Active, _now);
        var other = GrantOne();

        Assert.Equal((6, 2), (granted.Epochs, granted.Budget));
        Assert.Equal(Directive.Pause, directive);
        Assert.Equal((TrialState.Paused, Ledger.BudgetUsed, granted.Attempt.Trial), (waiting.State, waiting.Reason, waiting.Key));
        Assert.NotEqual(granted.TrialId, other.TrialId);
    }

    [Fact]
    public void A_trial_with_more_budget_goes_on_from_its_checkpoint_and_ends_with_all_its_epochs()
    {
        Submit(1, epochs: 6, budget: 2);
        var first = GrantOne();
        RunTo(first, 2);
        _ledger.Finish(first.Attempt, new AttemptEnd(AttemptOutcome.Paused), _now);
        var nothing = _ledger.Grant(Some.Claim(), _now);

        Assert.True(_ledger.SetBudget(first.Attempt.Trial, null));
        var second = GrantOne();
        RunTo(second, 6);
        Assert.True(_ledger.Finish(second.Attempt, Some.Success(), _now));

        Assert.Empty(nothing);
        Assert.Equal((2, 2, 6), (second.Ordinal, second.CheckpointEpoch, second.Budget));
        Assert.Equal((TrialState.Succeeded, 6), (_ledger.Trial(1)!.State, _ledger.Trial(1)!.EpochsDone));
        Assert.False(_ledger.SetBudget(1, 3));
    }

    [Fact]
    public void A_trial_that_lost_its_last_checkpoint_runs_to_its_budget_once_more()
    {
        Submit(1, epochs: 6, budget: 2);
        var first = GrantOne();
        _ledger.Report(first.Attempt, [Some.Report(1), Some.Report(2)], []);
        _ledger.Finish(first.Attempt, Some.Failure(FailureClass.Crash), _now);

        Assert.Equal((0, 2), (GrantOne().CheckpointEpoch, _ledger.Trial(1)!.EpochsDone));
    }

    [Fact]
    public void A_trial_that_was_queued_again_in_a_paused_sweep_rests_when_its_budget_is_behind_it()
    {
        Submit(1, epochs: 6);
        var first = GrantOne();
        RunTo(first, 2);
        _ledger.Finish(first.Attempt, new AttemptEnd(AttemptOutcome.Released), _now);
        _ledger.Stop(1, _now);
        _ledger.SetState("s", SweepState.Paused, _now);
        Assert.Equal(1, _ledger.Retry("s", null, 1));
        Assert.Equal(TrialState.Queued, _ledger.Trial(1)!.State);

        Assert.True(_ledger.SetBudget(1, 2));
        _ledger.SetState("s", SweepState.Active, _now);

        Assert.Empty(_ledger.Grant(Some.Claim(), _now));
        Assert.Equal((TrialState.Paused, Ledger.BudgetUsed), (_ledger.Trial(1)!.State, _ledger.Trial(1)!.Reason));
    }

    [Fact]
    public void Trials_of_different_budgets_are_not_packed()
    {
        Submit(4, epochs: 6);
        _ledger.SetBudget(2, 3);
        _ledger.SetBudget(4, 3);

        var pack = _ledger.Grant(Some.Claim(maxTrials: 4), _now);
        var next = _ledger.Grant(Some.Claim(maxTrials: 4), _now);

        Assert.Equal([1L, 3L], pack.Select(one => one.Attempt.Trial));
        Assert.Equal([2L, 4L], next.Select(one => one.Attempt.Trial));
    }

    [Fact]
    public void A_budget_is_at_least_one_epoch()
    {
        Submit(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => _ledger.SetBudget(1, 0));
        Assert.False(_ledger.SetBudget(99, 1));
    }

    private void Submit(int trials, int epochs = 2, int maxAttempts = 3, int? budget = null) =>
        _ledger.Submit(Some.Sweep(maxAttempts: maxAttempts) with { Budget = budget }, Some.Trials(trials, epochs), _now);

    private Granted GrantOne() => Assert.Single(_ledger.Grant(Some.Claim(), _now));

    private void RunTo(Granted granted, int epoch) => Assert.True(_ledger.Report(
        granted.Attempt, [.. Enumerable.Range(granted.CheckpointEpoch + 1, epoch - granted.CheckpointEpoch).Select(Some.Report)],
        [new EpochCheckpoint(epoch, $"{granted.Ordinal}/{epoch}", true)]));

    private IEnumerable<Change> Kept() => _ledger.Documents();
}
