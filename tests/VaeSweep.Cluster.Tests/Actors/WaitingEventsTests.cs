using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Actors;

public sealed class WaitingEventsTests
{
    private static readonly Session _session = new("n", 1, 1);
    private static readonly History _history = new("a", 1);
    private readonly WaitingEvents _waiting = new();

    [Fact]
    public void A_batch_that_is_sent_again_and_a_look_that_is_due_again_wait_once()
    {
        for (var i = 0; i < 3; i++)
        {
            Add(new Batch(_session, _history, 1, [ScriptedNode.Epoch(new AttemptFence(1, 1, 1), 1)]));
            Add(LookAtLeases.Now);
            Add(new NodeGone("n"));
        }

        Assert.Equal(
            [typeof(Batch), typeof(LookAtLeases), typeof(NodeGone), typeof(NodeGone), typeof(NodeGone)],
            _waiting.Take().Select(one => one.What.GetType()));
        Assert.Equal(0, _waiting.Count);
    }

    [Fact]
    public void While_the_store_is_away_for_hours_messages_do_not_pile_up_and_what_was_noticed_is_kept()
    {
        for (var i = 1; i <= 100_000; i++)
            Add(new Beat(_session, _history, i, [], [], null, null));
        Add(new NodeGone("n"));
        var taken = _waiting.Take();
        Add(new Beat(_session, _history, 1, [], [], null, null));

        Assert.InRange(taken.Count, 100, 10_000);
        Assert.Equal(new NodeGone("n"), taken[^1].What);
        Assert.Equal(1, _waiting.Count);
    }

    [Fact]
    public void A_flood_of_senders_is_complained_of_in_part_and_each_once_a_minute()
    {
        var time = new FakeTimeProvider();
        var complaints = new Complaints(time);
        var told = Enumerable.Range(0, 100_000).Count(i => complaints.MayTell($"sender {i}"));
        var again = complaints.MayTell("sender 0");
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.InRange(told, 1, 1000);
        Assert.False(again);
        Assert.True(complaints.MayTell("sender 0"));
        Assert.False(complaints.MayTell("sender 0"));
        Assert.True(complaints.MayTell("sender 99999"));
    }

    private void Add(object what) => _waiting.Add(new HeadEvent(what, ActorRefs.Nobody));
}
