using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

public sealed class GatewayStateTests
{
    private static readonly History _history = new("store", 5);
    private static readonly AttemptFence _attempt = new(1, 7, 5);
    private static readonly GatewayOptions _options = GatewayOptions.Usual;
    private readonly GatewayState _gateway = new(
        new NodeInfo("n", "host", ["cpu:0"], "1.0", null), 100, "token", "sweep", _options);
    private TimeSpan _now;

    [Fact]
    public void Hello_is_said_again_in_the_same_conversation_until_the_head_answers_and_nothing_else()
    {
        var unconnected = Due();
        _gateway.Connected();
        Show(1, 2);
        var first = Assert.IsType<Hello>(Assert.Single(Due()));
        var early = Due();
        _now += _options.HelloEvery;
        var again = Due();
        Welcome();

        Assert.Empty(unconnected);
        Assert.Equal((new Session("n", 100, 1), 1, History.None), (first.Session, first.Protocol, first.History));
        Assert.Equal(("token", "sweep", 1L), (first.Token, first.Filter, first.First));
        Assert.Empty(early);
        Assert.Equal([first], again);
        Assert.IsType<Beat>(Assert.Single(Due()));
    }

    [Fact]
    public void Beats_come_every_second_and_when_something_has_changed_but_not_all_the_time()
    {
        Greet();
        Due();
        Show(1, 2);
        var tooSoon = Due();
        _now += _options.BeatsApart;
        var changed = Assert.IsType<Beat>(Assert.Single(Due()));
        Show(1, 2);
        _now += _options.BeatsApart;
        var unchanged = Due();
        var changedAt = _now - _options.BeatsApart;
        _now = _gateway.DueAt;
        var regular = Assert.IsType<Beat>(Assert.Single(Due()));

        Assert.Empty(tooSoon);
        Assert.Equal((2L, 1L, 2), (changed.Number, Assert.Single(changed.Devices).Want, changed.Devices[0].Count));
        Assert.Empty(unchanged);
        Assert.Equal(changedAt + _options.BeatEvery, _now);
        Assert.Equal(3, regular.Number);
    }

    [Fact]
    public void An_attempt_is_held_by_its_worker_and_then_by_the_outbox_until_its_end_is_durable()
    {
        Greet();
        var held = new List<int>();
        Show(2, 0, _attempt);
        held.Add(Held());
        _gateway.Outbox.Add(new EndEntry(_attempt, new AttemptEnd(AttemptOutcome.Succeeded)));
        Show(2, 1);
        held.Add(Held());
        _gateway.Hear(Ack(received: 1, durable: 0), _now);
        held.Add(Held());
        _gateway.Hear(Ack(received: 1, durable: 1), _now);
        held.Add(Held());

        Assert.Equal([1, 1, 1, 0], held);
        Assert.True(_gateway.IsDone);
    }

    [Fact]
    public void Directives_come_through_but_for_attempts_that_have_ended()
    {
        Greet();
        var ended = _attempt with { Trial = 2 };
        _gateway.Outbox.Add(new EndEntry(ended, new AttemptEnd(AttemptOutcome.Succeeded)));

        var directed = _gateway.Hear(
            Ack(0, 0, new Directed(_attempt, Directive.Pause), new Directed(ended, Directive.Lost)), _now);

        Assert.Equal([new Directed(_attempt, Directive.Pause)], directed);
    }

    [Fact]
    public void A_grant_is_taken_in_its_own_conversation_and_history_alone()
    {
        var trial = new Dispatch(new Granted(_attempt, 1, "s", "t", 1, 1, "p", 1, 1, null, 0), "{}");
        var grant = new Grant(new Session("n", 100, 1), _history, "cpu:0", 1, [trial]);
        _gateway.Connected();
        var before = _gateway.Hear(grant);
        Welcome();

        Assert.False(before);
        Assert.True(_gateway.Hear(grant));
        Assert.False(_gateway.Hear(grant with { Session = grant.Session with { Number = 0 } }));
        Assert.False(_gateway.Hear(grant with { History = _history with { Generation = 4 } }));
    }

    [Fact]
    public void A_head_that_does_not_know_the_conversation_hears_hello_and_then_what_it_has_lost()
    {
        Greet();
        Tell(1, 2);
        Due();
        _gateway.Hear(Ack(received: 2, durable: 1), _now);
        var verdict = _gateway.Hear(new Refused(new Session("n", 100, 1), Refusal.HelloFirst, ""));
        var stale = _gateway.Hear(new Refused(new Session("n", 100, 1), Refusal.Token, ""));
        var hello = Assert.IsType<Hello>(Assert.Single(Due()));
        _gateway.Hear(Ack(received: 2, durable: 2), _now);
        var ofThePast = _gateway.IsGreeted;
        _gateway.Hear(Ack(received: 1, durable: 1) with { Session = hello.Session }, _now);
        var due = Due();

        Assert.Equal((Verdict.GoOn, Verdict.GoOn), (verdict, stale));
        Assert.Equal((2L, _history, 2L), (hello.Session.Number, hello.History, hello.First));
        Assert.False(ofThePast);
        Assert.Equal(2, Assert.Single(due.OfType<Batch>()).First);
    }

    [Fact]
    public void What_an_earlier_head_had_received_is_sent_to_the_one_that_answers_in_the_same_conversation()
    {
        Greet();
        Tell(1, 2);
        Due();
        _gateway.Hear(Ack(received: 2, durable: 0) with { Term = 1 }, _now);
        var hello = Assert.IsType<Hello>(Assert.Single(Due()));
        _gateway.Hear(Ack(received: 0, durable: 0) with { Session = hello.Session, Term = 2 }, _now);

        Assert.Equal(2, hello.Session.Number);
        Assert.Equal((1L, 2L), Assert.Single(Due().OfType<Batch>()) is var batch ? (batch.First, batch.Last) : default);
    }

    [Fact]
    public void A_lost_connection_begins_another_conversation()
    {
        Greet();
        _gateway.Disconnected();
        var silent = Due();
        _gateway.Connected();

        Assert.Empty(silent);
        Assert.Equal(2, Assert.IsType<Hello>(Assert.Single(Due())).Session.Number);
    }

    [Fact]
    public void In_another_history_everything_is_lost_and_another_life_begins_with_entries_from_one()
    {
        Greet();
        Tell(1, 2);
        Show(2, 0, _attempt);
        Due();
        _gateway.Disconnected();
        _gateway.Connected();
        var session = Assert.IsType<Hello>(Assert.Single(Due())).Session;
        var verdict = _gateway.Hear(new Refused(session, Refusal.OtherHistory, ""));
        var hello = Assert.IsType<Hello>(Assert.Single(Due()));
        var late = _gateway.Outbox.Add(new EpochEntry(_attempt, new EpochReport { Epoch = 3 }));
        // A worker that has not heard of it yet.
        Show(2, 0, _attempt);
        _gateway.Hear(new Ack(hello.Session, _history with { Generation = 6 }, 0, 0, []), _now);

        Assert.Equal(Verdict.AllLost, verdict);
        Assert.Equal((101L, 3L, History.None, 1L), (hello.Session.Incarnation, hello.Session.Number, hello.History, hello.First));
        Assert.False(late);
        Assert.Empty(Assert.IsType<Beat>(Assert.Single(Due())).Held);
    }

    [Fact]
    public void Another_store_is_served_by_a_node_that_has_nothing_of_its_own_and_no_other()
    {
        Greet();
        Show(2, 0, _attempt);
        _gateway.Disconnected();
        _gateway.Connected();
        Due();
        var refused = new Refused(new Session("n", 100, 2), Refusal.OtherStore, "");
        var holding = _gateway.Hear(refused);
        Show(2, 1);
        var free = _gateway.Hear(refused);

        Assert.Equal((Verdict.GoOn, Verdict.AllLost), (holding, free));
        Assert.Equal(History.None, Assert.IsType<Hello>(Assert.Single(Due())).History);
    }

    [Theory]
    [InlineData(Refusal.Version)]
    [InlineData(Refusal.Token)]
    [InlineData(Refusal.Superseded)]
    public void A_node_that_may_not_serve_leaves(Refusal refusal)
    {
        _gateway.Connected();

        Assert.Equal(Verdict.Leave, _gateway.Hear(new Refused(new Session("n", 100, 1), refusal, "")));
    }

    private void Greet()
    {
        _gateway.Connected();
        Due();
        Welcome();
        Due();
    }

    private void Welcome() => _gateway.Hear(Ack(0, 0), _now);

    private IReadOnlyList<Message> Due() => _gateway.Due(_now);

    private int Held()
    {
        _now += _options.BeatEvery;
        return Due().OfType<Beat>().Single().Held.Count;
    }

    private void Show(long want, int count, params AttemptFence[] held) =>
        _gateway.Show(new DeviceStatus("cpu:0", 1, want, count), held);

    private void Tell(params int[] epochs)
    {
        foreach (var epoch in epochs)
            Assert.True(_gateway.Outbox.Add(new EpochEntry(_attempt, new EpochReport { Epoch = epoch })));
    }

    private static Ack Ack(long received, long durable, params Directed[] directives) =>
        new(new Session("n", 100, 1), _history, received, durable, directives);
}
