using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>Lives of nodes.</summary>
public sealed class LedgerNodesTests
{
    private static readonly DateTimeOffset _now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Ledger _ledger = new();

    public LedgerNodesTests()
    {
        _ledger.Start(new string('a', 32), 7, moved: false, _now);
        _ledger.Submit(Some.Sweep(), Some.Trials(3), _now);
    }

    [Fact]
    public void A_later_life_queues_what_the_earlier_held_at_no_cost_and_begins_its_numbers_anew()
    {
        _ledger.Join(Node("n"), 4, Some.Lease, _now);
        Grant("n", "a|1");
        Grant("other", "b|1");
        _ledger.Acknowledge("n", 12, Some.Lease, _now);
        var same = _ledger.Join(Node("n"), 4, Some.Lease, _now);
        var kept = _ledger.Node("n")!.Acknowledged;
        var ended = _ledger.Join(Node("n"), 5, Some.Lease, _now);

        Assert.Empty(same);
        Assert.Equal(12, kept);
        Assert.Equal(1, Assert.Single(ended).Trial);
        Assert.Equal((5L, 0L), (_ledger.Node("n")!.Incarnation, _ledger.Node("n")!.Acknowledged));
        Assert.Equal((TrialState.Queued, 0), (_ledger.Trial(1)!.State, _ledger.Trial(1)!.Losses));
        Assert.Equal(["other"], _ledger.NodesAtWork());
        Assert.Throws<InvalidOperationException>(() => _ledger.Join(Node("n"), 4, Some.Lease, _now));
    }

    [Fact]
    public void What_runs_on_a_node_is_known_with_its_tokens_and_survives_the_head()
    {
        Grant("n", "a|1");
        _ledger.Join(Node("n"), 4, Some.Lease, _now);
        _ledger.Acknowledge("n", 3, Some.Lease, _now);
        Grant("n", "a|2");
        Grant("n", "a|3");
        _ledger.Finish(_ledger.RunningOn("n")[0].Attempt, new AttemptEnd(AttemptOutcome.Succeeded) { Epochs = 0 }, _now);
        var loaded = Ledger.Load([.. _ledger.Documents()]);

        // Its first life began with the join: what was granted in its name before is not its.
        Assert.Equal(["a|3"], loaded.RunningOn("n").Select(one => one.Token));
        Assert.Equal(_ledger.RunningOn("n"), loaded.RunningOn("n"));
        Assert.Equal((4L, 3L), (loaded.Node("n")!.Incarnation, loaded.Node("n")!.Acknowledged));
    }

    [Fact]
    public void A_beat_keeps_the_life_and_its_number()
    {
        _ledger.Join(Node("n"), 4, Some.Lease, _now);
        _ledger.Acknowledge("n", 3, Some.Lease, _now);
        _ledger.Beat(Node("n") with { Load = "busy" }, Some.Lease, _now);

        var node = _ledger.Node("n")!;
        Assert.Equal((4L, 3L, "busy"), (node.Incarnation, node.Acknowledged, node.Info.Load));
    }

    [Fact]
    public void A_node_that_was_not_heard_of_loses_its_trials_as_by_an_expired_lease()
    {
        Grant("n", "a|1");

        var lost = _ledger.Lose("n", _now);

        var trial = _ledger.Trial(1)!;
        Assert.Equal(1, Assert.Single(lost).Trial);
        Assert.Equal((TrialState.Queued, 1, FailureClass.Lost), (trial.State, trial.Losses, trial.FailureClass));
        Assert.Empty(_ledger.RunningOn("n"));
    }

    private static NodeInfo Node(string name) => new(name, "host", ["cpu:0"], "1", null);

    private void Grant(string node, string token) =>
        Assert.Single(_ledger.Grant(Some.Claim($"{node}/cpu:0", token: token, node: node), _now));
}
