using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>What a head's coordinator stands on.</summary>
public sealed class LedgerStoreStepTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly LedgerStore _store;
    private int _changes;

    public LedgerStoreStepTests() =>
        _store = new LedgerStore(new MemoryLedgerLog(), _time) { OnChanged = () => _changes++ };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Commands_that_change_something_are_told_of_and_questions_and_a_heads_own_steps_are_not()
    {
        await _store.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);
        var submitted = _changes;
        await _store.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);
        await _store.ListSweepsAsync(Token);
        var granted = await _store.StepAsync(turn => turn.Ledger.Grant(Some.Claim(), turn.Now).Count);
        var (before, sweep) = (_changes, await _store.GetSweepAsync("s", Token));
        await _store.SetSweepStateAsync("s", SweepState.Paused, Token);

        Assert.Equal((1, 1, 1, 2), (submitted, granted, before, _changes));
        Assert.Equal(1, sweep!.Count(TrialState.Running));
    }

    [Fact]
    public async Task A_step_is_given_whole_configurations_also_of_trials_that_are_committed_with_it()
    {
        var trial = Some.Trials(1).Single();
        var text = await _store.StepAsync(turn =>
        {
            turn.Ledger.Submit(Some.Sweep(), [trial], turn.Now);
            return turn.ConfigOf(turn.Ledger.Grant(Some.Claim(), turn.Now)[0]);
        });

        Assert.Equal(trial.ConfigJson, text);
    }

    [Fact]
    public async Task Of_a_step_that_throws_nothing_stays_and_the_next_one_has_the_same_Ledger()
    {
        await _store.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
        var ledger = await _store.StepAsync(turn => turn.Ledger);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.StepAsync<int>(turn =>
        {
            turn.Ledger.Grant(Some.Claim(), turn.Now);
            throw new InvalidOperationException("after all");
        }));

        Assert.Equal(1, (await _store.GetSweepAsync("s", Token))!.Count(TrialState.Queued));
        Assert.Same(ledger, await _store.StepAsync(turn => turn.Ledger));
    }

    [Fact]
    public async Task A_node_that_is_heard_between_its_heartbeats_is_shown_so()
    {
        await _store.StepAsync(turn =>
        {
            turn.Ledger.Beat(new NodeInfo("n", "host", [], "1", null), Some.Lease, turn.Now);
            return true;
        });
        var later = _time.GetUtcNow() + TimeSpan.FromSeconds(3);
        _store.Heard("n", later);

        Assert.Equal(later, Assert.Single(await _store.ListNodesAsync(Token)).SeenAt);
    }
}
