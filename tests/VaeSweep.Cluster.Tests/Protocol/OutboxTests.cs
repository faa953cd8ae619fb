using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

public sealed class OutboxTests
{
    private static readonly AttemptFence _attempt = new(1, 7, 5);
    private static readonly GatewayOptions _options = new() { BatchBytes = 1_000, OutboxBytes = 10_000 };
    private readonly Outbox _outbox = new(_options, ProtocolRules.All);
    private TimeSpan _now;

    public OutboxTests() => _outbox.Clear(_attempt.Generation);

    [Fact]
    public void Entries_are_numbered_and_small_ones_wait_for_each_other_while_a_batch_is_under_way()
    {
        Add(1);
        var first = Due();
        Add(2);
        var second = Due();
        _outbox.Confirm(1, 0, _now);

        Assert.Equal(["1: 1"], first);
        Assert.Empty(second);
        Assert.Equal(["2: 2"], Due());
    }

    [Fact]
    public void A_batch_is_cut_at_its_limit_and_few_are_under_way()
    {
        var each = new EpochEntry(_attempt, new EpochReport { Epoch = 1 }).MostBytes;
        var fit = _options.BatchBytes / each;
        Add(Enumerable.Range(1, (6 * fit) + 1));

        var due = Due();

        Assert.Equal(4, due.Count);
        Assert.Equal(string.Join(' ', Enumerable.Range(1, fit)), due[0]["1: ".Length..]);
        Assert.StartsWith($"{fit + 1}: ", due[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_entry_goes_alone_and_one_that_no_message_carries_is_refused()
    {
        Add(1);
        _outbox.Add(new CheckpointEntry(_attempt, new EpochCheckpoint(1, new string('x', 2_000), Best: false)));
        Add(2);
        var path = new string('x', MessageCodec.MostBytes);
        var tooLarge = new CheckpointEntry(_attempt, new EpochCheckpoint(1, path, Best: false));

        var failure = Assert.Throws<ArgumentException>(() => _outbox.Add(tooLarge));

        Assert.Equal(["1: 1", "2: checkpoint"], Due());
        _outbox.Confirm(2, 2, _now);
        Assert.Equal(["3: 2"], Due());
        Assert.Contains("a message carries 491808", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_confirmed_is_sent_again_one_batch_at_a_time_until_the_head_answers()
    {
        Add(Enumerable.Range(1, 12));
        var sent = Due();
        _now += _options.ResendAfter - TimeSpan.FromTicks(1);
        var early = Due();
        _now += TimeSpan.FromTicks(1);
        var again = Due();
        _outbox.Confirm(1, 0, _now);

        Assert.NotEqual(1, sent.Count);
        Assert.Empty(early);
        Assert.Equal([sent[0]], again);
        Assert.Equal(_now + _options.ResendAfter, _outbox.ResendAt);
    }

    [Fact]
    public void Received_is_not_sent_again_in_a_session_but_by_a_head_that_has_lost_it_in_the_next()
    {
        Add(1, 2, 3);
        Due();
        _outbox.Confirm(3, 1, _now);
        _now += _options.ResendAfter * 2;
        var silent = Due();
        _outbox.Begin(1, _now);

        Assert.Empty(silent);
        Assert.Equal(["2: 2 3"], Due());
    }

    [Fact]
    public void Durable_entries_are_forgotten_and_an_attempt_is_held_until_its_end_is_durable()
    {
        Add(1);
        _outbox.Add(new EndEntry(_attempt, new AttemptEnd(AttemptOutcome.Succeeded)));
        Due();
        _outbox.Confirm(2, 1, _now);
        var ending = _outbox.Ending.ToList();
        _outbox.Confirm(2, 2, _now);

        Assert.Equal([_attempt], ending);
        Assert.Empty(_outbox.Ending);
        Assert.Equal((3, 0, 0), (_outbox.First, _outbox.Count, (int)_outbox.Bytes));
    }

    [Fact]
    public void A_head_that_confirms_what_was_never_sent_changes_nothing_beyond_what_is_there()
    {
        Add(1);
        Due();
        _outbox.Confirm(900, 900, _now);
        Add(2);

        Assert.Equal(2, _outbox.First);
        Assert.Equal(["2: 2"], Due());
    }

    [Fact]
    public void In_another_history_all_is_lost_numbers_start_anew_and_what_comes_late_is_refused()
    {
        Add(1, 2);
        Due();
        _outbox.Clear(6);
        var late = _outbox.Add(new EpochEntry(_attempt, new EpochReport { Epoch = 3 }));
        _outbox.Add(new EpochEntry(_attempt with { Generation = 6 }, new EpochReport { Epoch = 4 }));

        Assert.False(late);
        Assert.Equal(["1: 4"], Due());
    }

    [Fact]
    public void It_is_full_when_the_head_was_away_for_long_and_has_room_again_when_it_is_back()
    {
        while (!_outbox.IsFull)
            Add(1);
        Due();
        var held = _outbox.Count;
        _outbox.Confirm(held, held, _now);

        Assert.InRange(held, 10, 1_000);
        Assert.False(_outbox.IsFull);
    }

    private void Add(params IEnumerable<int> epochs)
    {
        foreach (var epoch in epochs)
            Assert.True(_outbox.Add(new EpochEntry(_attempt, new EpochReport { Epoch = epoch })));
    }

    private List<string> Due()
    {
        var due = new List<string>();
        while (_outbox.Next(_now) is (var first, var entries))
        {
            var words = entries.Select(one => one is EpochEntry report ? $"{report.Report.Epoch}" : "checkpoint");
            due.Add($"{first}: {string.Join(' ', words)}");
        }

        return due;
    }
}
