using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

public sealed class HeadStateTests
{
    private static readonly DateTimeOffset _began = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string _identity = new('a', 32);
    private readonly HeadOptions _options = new() { Token = "secret", Product = "1.0" };
    private readonly MemoryLedgerLog _log = new();
    private TimeSpan _now;
    private HeadState _head;
    private History _history;
    private long _beats;

    public HeadStateTests()
    {
        var ledger = new Ledger();
        ledger.Start(_identity, 5, moved: false, _began);
        var trials = Enumerable.Range(0, 4).Select(i => new Trial(i, $"{i:x64}", $"{{\"a\":1,\"seed\":{i}}}", i, "p", 3));
        ledger.Submit(new SweepSubmission("s", "d"), trials, _began);
        _head = Begin(ledger);
    }

    [Fact]
    public void A_node_is_answered_after_it_is_noted_and_its_want_served_after_the_grant_is_committed()
    {
        var atOnce = Hear(Hello());
        var step = Take();
        var noted = step.Changes.OfType<NodePut>().Single().Document;
        var welcome = Keep(step);
        var unanswered = Hear(Beat(1, 2));
        var granting = Take();
        var granted = Keep(granting);

        Assert.Empty(atOnce);
        Assert.Equal((100L, 0L), (noted.Incarnation, noted.Acknowledged));
        var ack = Assert.IsType<Ack>(Assert.Single(welcome));
        Assert.Equal((_history, 0L, 0L), (ack.History, ack.Received, ack.Durable));
        Assert.Empty(unanswered);
        Assert.Equal(2, granting.Changes.OfType<AttemptPut>().Count());
        var grant = Assert.Single(granted.OfType<Grant>());
        Assert.Equal(("cpu:0", 1L, 2), (grant.Device, grant.Number, grant.Trials.Count));
        Assert.Equal("config of 1", grant.Trials[0].ConfigJson);
    }

    [Fact]
    public void A_want_that_is_said_again_gets_the_same_trials_and_the_next_one_others_even_of_another_head()
    {
        Join();
        var first = Want(1);
        var again = Want(1);
        Restart();
        Join(session: 2);
        var afterwards = Want(1, session: 2);
        var next = Want(2, session: 2, held: [.. Attempts(first)]);

        Assert.Equal(Attempts(first), Attempts(again));
        Assert.Equal(Attempts(first), Attempts(afterwards));
        Assert.Empty(Attempts(first).Intersect(Attempts(next)));
        Assert.Equal(2, Attempts(next).Count());
    }

    [Fact]
    public void A_want_that_is_said_twice_in_one_step_is_answered_once()
    {
        Join();
        Hear(Beat(1, 2));
        Hear(Beat(1, 2));
        var (step, _) = Take();

        Assert.Equal(2, step!.Granted.Count());
    }

    [Fact]
    public void What_a_later_beat_has_taken_is_left_alone_by_an_earlier_one()
    {
        Join();
        var taken = Want(2);
        Hear(Beat(1, 2));

        Assert.All(Attempts(taken), attempt => Assert.Equal(Directive.Continue, _head.Ledger.Asked(attempt)));
    }

    [Fact]
    public void A_grant_that_was_lost_is_sent_again_to_a_device_that_rests_meanwhile()
    {
        Join();
        var lost = Want(1);
        Hear(Beat(1, 0));
        var again = Kept().OfType<Grant>().Single();
        Hear(Beat(2, 0, held: [.. Attempts(lost)]));

        Assert.Equal(Attempts(lost), Attempts(again));
        Assert.Empty(Kept().OfType<Grant>());
    }

    [Fact]
    public void A_grant_that_was_lost_is_sent_again_beside_a_device_for_which_there_is_nothing()
    {
        DeviceStatus Device(string name, long want) => new(name, 4, want, 4);
        Join();
        Hear(Beat(1, 0) with { Devices = [Device("b", 1)] });
        var lost = Kept().OfType<Grant>().Single();
        Hear(Beat(1, 0) with { Devices = [Device("a", 1), Device("b", 1), Device("c", 1)] });
        var again = Kept().OfType<Grant>().Single();

        Assert.Equal(4, lost.Trials.Count);
        Assert.Equal((lost.Device, lost.Number), (again.Device, again.Number));
        Assert.Equal(Attempts(lost), Attempts(again));
    }

    [Fact]
    public void Of_configurations_that_no_message_carries_together_those_that_do_not_fit_are_granted_anew()
    {
        Join();
        Hear(Beat(1, 4));
        var (step, changes) = Take();
        _log.Commit(changes);
        var grant = _head.Kept(step!, _ => new string('é', 50_000)).OfType<Grant>().Single();
        var bytes = MessageCodec.Write(grant).Length;
        Hear(Beat(2, 0, held: [.. Attempts(grant)]));

        Assert.Equal((4, 2), (step!.Granted.Count(), grant.Trials.Count));
        Assert.InRange(bytes, 200_000, MessageCodec.MostBytes);
        Assert.Equal(2, _head.Ledger.Sweep("s")!.Count(TrialState.Queued));
    }

    [Fact]
    public void What_the_node_neither_holds_nor_will_take_any_more_is_granted_elsewhere()
    {
        Join();
        var lost = Want(1);
        Hear(Beat(2, 0));
        Kept();

        Assert.All(Attempts(lost), attempt => Assert.Equal(Directive.Lost, _head.Ledger.Asked(attempt)));
        var ended = _head.Ledger.Attempts(1)[0];
        Assert.Equal(("released", "its grant did not arrive"), (ended.Outcome, ended.Reason));
        Assert.Equal(4, _head.Ledger.Sweep("s")!.Count(TrialState.Queued));
    }

    [Fact]
    public void Entries_are_received_at_once_and_durable_with_their_commit_which_holds_their_number()
    {
        Join();
        var attempt = Attempts(Want(1)).First();
        var received = Assert.IsType<Ack>(Assert.Single(Hear(Batch(1, Epoch(attempt, 1), Epoch(attempt, 2)))));
        var step = Take();
        var durable = Assert.IsType<Ack>(Assert.Single(Keep(step)));

        Assert.Equal(((2L, 0L), (2L, 2L)), ((received.Received, received.Durable), (durable.Received, durable.Durable)));
        Assert.Equal(2, step.Changes.OfType<ReportsAppended>().Single().Reports.Count);
        Assert.Equal(2, step.Changes.OfType<NodePut>().Single().Document.Acknowledged);
    }

    [Fact]
    public void Entries_that_were_taken_are_passed_over_and_those_after_a_gap_wait_for_it()
    {
        Join();
        var attempt = Attempts(Want(1)).First();
        Hear(Batch(1, Epoch(attempt, 1)));
        var gap = Hear(Batch(3, Epoch(attempt, 3)));
        var overlap = Hear(Batch(1, Epoch(attempt, 1), Epoch(attempt, 2)));
        var doubled = Hear(Batch(1, Epoch(attempt, 1), Epoch(attempt, 2)));

        Assert.Equal([1L, 2L, 2L], new[] { gap, overlap, doubled }.Select(one => one.OfType<Ack>().Single().Received));
        Assert.Equal(2, _head.Ledger.Trial(attempt.Trial)!.EpochsDone);
        var kept = Take().Changes.OfType<ReportsAppended>().SelectMany(one => one.Reports);
        Assert.Equal([1, 2], kept.Select(one => one.Epoch));
    }

    [Fact]
    public void A_head_that_died_before_its_commit_gets_again_what_it_had_only_received()
    {
        Join();
        var attempt = Attempts(Want(1)).First();
        Hear(Batch(1, Epoch(attempt, 1)));
        Kept();
        Hear(Batch(2, Epoch(attempt, 2)));
        Restart();
        var unknown = Hear(Batch(3, Epoch(attempt, 3)));
        Hear(Hello(session: 2, first: 2));
        var welcome = Kept().OfType<Ack>().Single();

        Assert.Equal(Refusal.HelloFirst, Assert.IsType<Refused>(Assert.Single(unknown)).Kind);
        Assert.Equal((1L, 1L), (welcome.Received, welcome.Durable));
    }

    [Fact]
    public void An_owners_wish_reaches_what_runs_without_a_beat_and_what_waits_for_work()
    {
        Join();
        var granted = Attempts(Want(1)).ToList();
        Hear(Beat(2, 2, held: granted));
        Kept();
        _head.Ledger.SetState("s", SweepState.Paused, Utc);
        _head.Changed();
        var ack = Kept().OfType<Ack>().Single();

        Assert.Equal(granted.Select(one => new Directed(one, Directive.Pause)), ack.Directives);
    }

    [Fact]
    public void Work_that_comes_later_is_granted_without_being_asked_for_again_while_the_node_is_heard()
    {
        _head.Ledger.SetState("s", SweepState.Paused, Utc);
        Join();
        var none = Want(1);
        _head.Ledger.SetState("s", SweepState.Active, Utc);
        _head.Changed();
        var soon = Kept().OfType<Grant>().ToList();
        _head.Unreachable("n");
        _head.Changed();
        var unreachable = Kept();

        Assert.Null(none);
        Assert.Single(soon);
        Assert.Empty(unreachable.OfType<Grant>());
    }

    [Fact]
    public void A_silent_node_gets_no_work_and_loses_what_it_has_after_its_lease_and_not_before()
    {
        Join();
        var granted = Attempts(Want(1)).ToList();
        _head.Ledger.SetState("s", SweepState.Paused, Utc);
        Want(2, held: granted);
        Pass(_options.Lease - TimeSpan.FromSeconds(1));
        _head.Ledger.SetState("s", SweepState.Active, Utc);
        _head.Changed();
        var late = Kept();
        var before = granted.ConvertAll(_head.Ledger.Asked);
        Pass(TimeSpan.FromSeconds(2));
        var after = granted.ConvertAll(_head.Ledger.Asked);

        Assert.Empty(late.OfType<Grant>());
        Assert.All(before, directive => Assert.Equal(Directive.Continue, directive));
        Assert.All(after, directive => Assert.Equal(Directive.Lost, directive));
        Assert.Equal((1, 0), _head.Ledger.Trial(1) is var trial ? (trial!.Losses, trial.Failures) : default);
    }

    [Fact]
    public void A_node_whose_port_refuses_connections_loses_what_it_has_at_once_and_at_no_cost()
    {
        Join();
        var granted = Attempts(Want(1)).ToList();
        _head.Gone("n", Now);
        var stale = Hear(Batch(1, Epoch(granted[0], 1)));
        Join(session: 2);
        Hear(Batch(1, Epoch(granted[0], 1)) with { Session = Session(2) });
        Hear(Beat(2, 0, session: 2, held: granted));
        var told = Kept().OfType<Ack>().Last();

        Assert.Equal(Refusal.HelloFirst, Assert.IsType<Refused>(Assert.Single(stale)).Kind);
        Assert.Equal(granted.Select(one => new Directed(one, Directive.Lost)), told.Directives);
        Assert.Equal((0, 0, 1L), _head.Ledger.Trial(1) is var trial ? (trial!.EpochsDone, trial.Losses, told.Durable) : default);
    }

    [Fact]
    public void What_is_only_on_its_way_to_the_disk_is_not_durable_to_a_node_that_was_given_up_and_comes_back()
    {
        Join();
        var attempt = Attempts(Want(1)).First();
        Hear(Batch(1, Epoch(attempt, 1)));
        var underWay = Take();
        _head.Gone("n", Now);
        Hear(Hello(session: 2));
        var again = Assert.IsType<Ack>(Assert.Single(Hear(Batch(1, Epoch(attempt, 1)) with { Session = Session(2) })));
        var kept = Keep(underWay).OfType<Ack>().Single();

        Assert.Equal((1L, 0L), (again.Received, again.Durable));
        Assert.Equal((Session(2), 1L), (kept.Session, kept.Durable));
    }

    [Fact]
    public void A_head_that_begins_gives_nodes_at_work_their_whole_lease()
    {
        Join();
        var granted = Attempts(Want(1)).ToList();
        _now += _options.Lease * 5;
        Restart();
        Pass(_options.Lease - TimeSpan.FromSeconds(1));
        var before = _head.Ledger.Asked(granted[0]);
        Pass(TimeSpan.FromSeconds(2));

        Assert.Equal((Directive.Continue, Directive.Lost), (before, _head.Ledger.Asked(granted[0])));
    }

    [Fact]
    public void A_later_life_of_a_node_begins_with_nothing_and_the_earlier_is_superseded()
    {
        Join();
        var granted = Attempts(Want(1)).ToList();
        Hear(Batch(1, Epoch(granted[0], 1)));
        Kept();
        Hear(Hello(session: 1, incarnation: 200));
        var welcome = Kept().OfType<Ack>().Single();
        var earlier = Hear(Hello(session: 9));

        Assert.Equal((200L, 0L, 0L), (welcome.Session.Incarnation, welcome.Received, welcome.Durable));
        Assert.All(granted, attempt => Assert.Equal(Directive.Lost, _head.Ledger.Asked(attempt)));
        Assert.Equal(Refusal.Superseded, Assert.IsType<Refused>(Assert.Single(earlier)).Kind);
    }

    [Fact]
    public void In_a_restored_store_a_node_of_the_history_before_is_refused_and_so_is_one_that_knows_more_than_it()
    {
        Join();
        var attempt = Attempts(Want(1)).First();
        Hear(Batch(1, Epoch(attempt, 1)));
        Kept();
        var knowsMore = Hear(Hello(session: 2, first: 3));
        Restart(moved: true);
        var before = Hear(Hello(session: 3, first: 2) with { History = new History(_identity, 5) });
        Hear(Hello(session: 4, incarnation: 101) with { History = History.None });

        Assert.Equal(Refusal.OtherHistory, Assert.IsType<Refused>(Assert.Single(knowsMore)).Kind);
        Assert.Equal(Refusal.OtherHistory, Assert.IsType<Refused>(Assert.Single(before)).Kind);
        Assert.Equal(6, Kept().OfType<Ack>().Single().History.Generation);
    }

    [Fact]
    public void Wrong_versions_tokens_and_stores_are_refused_with_what_to_do()
    {
        var hello = Hello();
        Refused[] refused =
        [
            .. Hear(hello with { Protocol = 2 }).OfType<Refused>(), .. Hear(hello with { Token = "guess" }).OfType<Refused>(),
            .. Hear(hello with { History = new History("other", 5) }).OfType<Refused>(),
        ];

        Assert.Equal([Refusal.Version, Refusal.Token, Refusal.OtherStore], refused.Select(one => one.Kind));
        Assert.Equal(
            "n (version 2.0) speaks protocol 2, this head (version 1.0) protocol 1. Run the same version everywhere.",
            refused[0].Reason);
        Assert.DoesNotContain("secret", refused[1].Reason, StringComparison.Ordinal);
        Assert.Null(_head.Take(Now));
        Assert.Empty(_head.Ledger.Changes);
    }

    [Fact]
    public void What_can_never_be_taken_fails_its_attempt_and_is_not_sent_for_ever()
    {
        Join();
        var granted = Attempts(Want(1)).ToList();
        Hear(Batch(1, new CheckpointEntry(granted[0], new EpochCheckpoint(2, "c", Best: false)), Epoch(granted[1], 1)));
        var ack = Kept().OfType<Ack>().Single();

        Assert.Equal(2, ack.Durable);
        var failed = _head.Ledger.Trial(granted[0].Trial)!;
        Assert.Equal((TrialState.Failed, FailureClass.Error), (failed.State, failed.FailureClass));
        Assert.Equal(1, _head.Ledger.Trial(granted[1].Trial)!.EpochsDone);
    }

    [Fact]
    public void Beats_and_hellos_of_the_past_change_nothing()
    {
        Join(session: 2);
        var first = Beat(1, 2, session: 2);
        var second = Beat(1, 0, session: 2);
        Hear(second);
        Hear(first);
        Hear(Hello(session: 1));

        Assert.Equal(Session(2), Kept().OfType<Ack>().Single().Session);
        Assert.Equal(4, _head.Ledger.Sweep("s")!.Count(TrialState.Queued));
    }

    private Moment Now => new(_now, Utc);

    private DateTimeOffset Utc => _began + _now;

    private static Session Session(long number, long incarnation = 100) => new("n", incarnation, number);

    private HeadState Begin(Ledger ledger)
    {
        _log.Commit(ledger.Changes);
        ledger.Settle();
        _history = new History(ledger.Identity, ledger.Generation);
        return new HeadState(ledger, _options, Now);
    }

    private void Restart(bool moved = false)
    {
        var ledger = Ledger.Load(_log.Load());
        ledger.Start("", 6, moved, Utc);
        _head = Begin(ledger);
    }

    private static Hello Hello(long session = 1, long incarnation = 100, long first = 1) => new(
        Session(session, incarnation), MessageCodec.Version, History.None, "secret", null, first,
        new NodeInfo("n", "host", ["cpu:0"], "2.0", null));

    private Beat Beat(long want, int count, long session = 1, IReadOnlyList<AttemptFence>? held = null) =>
        new(Session(session), _history, ++_beats, held ?? [], [new DeviceStatus("cpu:0", 2, want, count)], null, null);

    private Batch Batch(long first, params Entry[] entries) => new(Session(1), _history, first, entries);

    private static EpochEntry Epoch(AttemptFence attempt, int epoch) => new(attempt, new EpochReport { Epoch = epoch });

    private IReadOnlyList<Message> Hear(Message message) => _head.Hear(message, Now);

    private Taken Take()
    {
        var taken = new Taken(_head.Take(Now), [.. _head.Ledger.Changes]);
        _head.Ledger.Settle();
        return taken;
    }

    private IReadOnlyList<Message> Keep(Taken taken)
    {
        _log.Commit(taken.Changes);
        return taken.Step is { } step ? _head.Kept(step, trial => $"config of {trial.Attempt.Trial}") : [];
    }

    private IReadOnlyList<Message> Kept() => Keep(Take());

    private void Join(long session = 1)
    {
        Hear(Hello(session));
        Kept();
    }

    private Grant? Want(long want, long session = 1, IReadOnlyList<AttemptFence>? held = null)
    {
        Hear(Beat(want, 2, session, held));
        return Kept().OfType<Grant>().SingleOrDefault();
    }

    private static IEnumerable<AttemptFence> Attempts(Grant? grant) => grant!.Trials.Select(one => one.Attempt);

    private void Pass(TimeSpan time)
    {
        for (var end = _now + time; _now < end; _head.Tick(Now))
            _now += LeaseBook.LookEvery;
    }

    /// <summary>A step, and what is committed with it.</summary>
    private sealed record Taken(HeadStep? Step, IReadOnlyList<Change> Changes);
}
