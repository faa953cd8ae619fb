using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

public sealed class WorkerStateTests
{
    private readonly WorkerState _worker = new("cpu:0", 2) { Trainer = ("stack", "{}") };

    [Fact]
    public void It_asks_under_one_number_until_that_grant_has_come_and_takes_no_other()
    {
        var asks = Wants();
        var second = _worker.Take(Grant(2, 9));
        var other = _worker.Take(Grant(1, 8) with { Device = "cpu:1" });
        var first = _worker.Take(Grant(1, 1, 2));
        var again = _worker.Take(Grant(1, 1, 2));

        Assert.Equal((1, 2), asks);
        Assert.Equal((false, false, true, false), (second, other, first, again));
        Assert.Equal((2, 0), Wants());
        Assert.Equal([1, 2], _worker.Held.Select(one => one.Trial));
    }

    [Fact]
    public void Packs_begin_one_after_the_other_and_the_next_is_asked_for_when_there_is_none()
    {
        _worker.Packs = 2;
        _worker.Take(Grant(1, 1, 2, 3));

        var (first, meanwhile) = (Begin(), Begin());
        End(1);
        End(2);
        var (between, second) = (Wants(), Begin());
        _worker.AsksAhead = true;
        var ahead = Wants();
        _worker.Take(Grant(2, 4));

        Assert.Equal([1, 2], first);
        Assert.Empty(meanwhile);
        Assert.Equal(((2, 0), (2, 4)), (between, ahead));
        Assert.Equal([3], second);
        Assert.Equal((3, 0), Wants());
    }

    [Fact]
    public void Where_several_packs_are_asked_for_at_once_the_next_ones_are_while_some_still_wait()
    {
        _worker.Packs = 2;
        _worker.Take(Grant(1, 1, 2, 3, 4, 5, 6));
        Begin();
        var before = Wants();
        _worker.AsksAhead = true;
        var full = Wants();
        End(1);
        End(2);
        Begin();

        Assert.Equal(((2, 0), (2, 0), (2, 4)), (before, full, Wants()));
    }

    [Fact]
    public void Without_a_trainer_or_at_rest_nothing_is_asked_for_or_begun()
    {
        _worker.Trainer = null;
        var starting = Wants();
        _worker.Trainer = ("stack", "{}");
        _worker.Rest(TimeSpan.FromSeconds(5));
        var (resting, status) = (Wants(), _worker.Show(TimeSpan.FromSeconds(2)).Status);
        _worker.Take(Grant(1, 1));
        var waits = Begin();
        var begun = _worker.Next(TimeSpan.FromSeconds(5));

        Assert.Equal(((1, 0), (1, 0)), (starting, resting));
        Assert.Equal((TimeSpan.FromSeconds(3), null), (status.RestsFor, status.Provenance));
        Assert.Empty(waits);
        Assert.Single(begun);
    }

    [Fact]
    public void A_waiting_trial_ends_at_once_as_asked_and_a_training_one_when_its_trainer_has_stopped()
    {
        _worker.Lanes = 1;
        _worker.Take(Grant(1, 1, 2));
        Begin();

        var waiting = _worker.Direct(Attempt(2), Directive.Pause);
        var training = _worker.Direct(Attempt(1), Directive.Stop);
        var repeated = _worker.Direct(Attempt(1), Directive.Stop);
        var unknown = _worker.Direct(Attempt(9), Directive.Stop);
        var stopped = _worker.Stopped(Attempt(1));

        Assert.Equal((AttemptOutcome.Paused, false), (waiting.End!.End.Outcome, waiting.Stop));
        Assert.Equal(((null, true), (null, true), (null, false)), (training, repeated, unknown));
        Assert.Equal(AttemptOutcome.Stopped, stopped!.End.Outcome);
        Assert.True(_worker.IsIdle);
    }

    [Fact]
    public void A_lost_trial_is_told_no_more_and_keeps_the_device_until_its_trainer_has_stopped()
    {
        _worker.Take(Grant(1, 1, 2));
        Begin();

        var stop = _worker.Direct(Attempt(1), Directive.Lost).Stop;
        var (trains, held) = (_worker.Trains(Attempt(1)), _worker.Held.ToList());
        End(2);
        var busy = Wants();
        var said = _worker.Stopped(Attempt(1));

        Assert.True(stop);
        Assert.False(trains);
        Assert.Equal([Attempt(2)], held);
        Assert.Null(said);
        Assert.Equal(((2, 0), (2, 2)), (busy, Wants()));
    }

    [Fact]
    public void A_trial_that_is_granted_again_replaces_the_attempt_that_must_have_been_lost()
    {
        _worker.Take(Grant(1, 1));
        _worker.Take(Grant(2, 1) with { Trials = [Dispatch(1, fence: 99)] });

        Assert.Equal([Attempt(1) with { Fence = 99 }], _worker.Held);
    }

    [Fact]
    public void Draining_gives_back_what_waits_stops_what_trains_and_asks_for_nothing_more()
    {
        _worker.Lanes = 1;
        _worker.Take(Grant(1, 1, 2));
        Begin();

        var (ends, stop) = _worker.Drain();
        _worker.Direct(Attempt(1), Directive.Pause);
        var stopped = _worker.Stopped(Attempt(1), "done");

        Assert.Equal((2, AttemptOutcome.Released), (Assert.Single(ends).Attempt.Trial, ends[0].End.Outcome));
        Assert.Equal([Attempt(1)], stop);
        // The owner's word counts more than the node's leaving.
        Assert.Equal((AttemptOutcome.Paused, "done"), (stopped!.End.Outcome, stopped.End.Reason));
        Assert.Equal((2, 0), Wants());
        // One that was under way goes elsewhere: it is neither held nor awaited.
        Assert.False(_worker.Take(Grant(2, 3)));
        Assert.Equal((3, 0), Wants());
        Assert.Empty(_worker.Held);
    }

    [Fact]
    public void When_the_history_is_another_waiting_trials_go_and_training_ones_are_stopped()
    {
        _worker.Lanes = 1;
        _worker.Take(Grant(1, 1, 2));
        Begin();

        Assert.Equal([Attempt(1)], _worker.LoseAll());
        Assert.Empty(_worker.Held);
        Assert.Null(_worker.Stopped(Attempt(1)));
        Assert.True(_worker.IsIdle);
    }

    [Fact]
    public void The_last_words_of_a_trainer_are_cut_to_what_a_message_carries()
    {
        _worker.Take(Grant(1, 1));
        Begin();

        var end = _worker.End(Attempt(1), new AttemptEnd(AttemptOutcome.Failed) { Reason = new string('x', 1_000_000) });

        Assert.Equal(16_000, end!.End.Reason!.Length);
    }

    [Fact]
    public void What_the_trainer_is_to_stop_is_known_until_it_has_stopped()
    {
        _worker.Take(Grant(1, 1, 2));
        Begin();
        Assert.Empty(_worker.Stopping);

        _worker.Direct(Attempt(1), Directive.Pause);
        // Granted again, the other one has been lost before: the trainer is to be rid of it.
        _worker.AsksAhead = true;
        _worker.Take(Grant(2) with { Trials = [Dispatch(2, 99)] });

        Assert.Equal([1, 2], _worker.Stopping.Select(one => one.Trial).Order());
        _worker.Stopped(Attempt(1));
        _worker.Stopped(Attempt(2));
        Assert.Empty(_worker.Stopping);
    }

    [Fact]
    public void Trials_of_a_pack_whose_trainer_has_crashed_are_tried_alone()
    {
        _worker.Lanes = 4;
        _worker.Take(Grant(1, 1, 2, 3, 4));
        Begin();
        _worker.Direct(Attempt(2), Directive.Stop);
        _worker.Direct(Attempt(3), Directive.Lost);

        var tried = new[] { 1, 2, 3, 4 }.Select(trial => _worker.TryAlone(Attempt(trial))).ToList();
        _worker.Stopped(Attempt(2));
        _worker.Stopped(Attempt(3));

        Assert.Equal([true, false, false, true], tried);
        Assert.Equal([1, 4], _worker.Held.Select(one => one.Trial));
        Assert.Equal([1], Begin());
        End(1);
        Assert.Equal([4], Begin());
    }

    [Fact]
    public void Longer_trials_beyond_the_first_pack_are_given_back()
    {
        _worker.Take(Grant(1, 1, 2, 3, 4, 5) with
        {
            Trials = [Lasting(1, 9), Lasting(2, 9), Lasting(3, 9), Lasting(4, 2), Lasting(5, 9, resumesAt: 7)],
        });

        var ends = _worker.GiveBackLonger(2);

        Assert.Equal((3, AttemptOutcome.Released), (Assert.Single(ends).Attempt.Trial, ends[0].End.Outcome));
        Assert.Equal([1, 2], Begin());
    }

    [Fact]
    public void What_waits_can_be_given_back_and_what_trains_trains_on()
    {
        _worker.Take(Grant(1, 1, 2, 3));
        Begin();
        _worker.Rest(TimeSpan.FromSeconds(5));

        var ends = _worker.GiveBack();

        Assert.Equal(3, Assert.Single(ends).Attempt.Trial);
        Assert.Equal([1, 2], _worker.Held.Select(one => one.Trial));
        Assert.Equal(
            (TimeSpan.FromSeconds(4), TimeSpan.Zero),
            (_worker.RestsFor(TimeSpan.FromSeconds(1)), _worker.RestsFor(TimeSpan.FromSeconds(6))));
    }

    [Fact]
    public void While_files_of_a_trial_are_sent_it_is_held_and_the_next_is_asked_for_and_begins()
    {
        _worker.Lanes = 1;
        _worker.Take(Grant(1, 1));
        Begin();
        var sends = _worker.Send(Attempt(1));
        var (wants, held) = (Wants(), _worker.Held.Select(one => one.Trial).ToList());
        _worker.Take(Grant(2, 2));
        var next = Begin();

        var asked = _worker.Direct(Attempt(1), Directive.Pause);
        var stopping = _worker.Stopping.ToList();
        var drained = _worker.Drain();
        _worker.Stopped(Attempt(2));
        var isIdle = _worker.IsIdle;

        Assert.True(sends);
        Assert.Equal((2, 1), wants);
        Assert.Equal([1], held);
        Assert.Equal([2], next);
        Assert.Equal((null, false), asked);
        Assert.Empty(stopping);
        Assert.Equal((0, 2), (drained.Ends.Count, Assert.Single(drained.Stop).Trial));
        Assert.False(isIdle);
        End(1);
        Assert.True(_worker.IsIdle);
    }

    [Fact]
    public void What_is_lost_while_its_files_are_sent_is_no_trainers_to_stop_and_has_no_end()
    {
        _worker.Take(Grant(1, 1, 2));
        Begin();
        _worker.Send(Attempt(1));

        var lost = _worker.Direct(Attempt(1), Directive.Lost);
        _worker.Direct(Attempt(2), Directive.Lost);

        Assert.Equal((null, false), lost);
        Assert.Equal([2], _worker.Stopping.Select(one => one.Trial));
        Assert.Null(_worker.End(Attempt(1), new AttemptEnd(AttemptOutcome.Succeeded)));
        Assert.False(_worker.Send(Attempt(2)));
    }

    private static AttemptFence Attempt(long trial) => new(trial, trial * 10, 5);

    private static Dispatch Dispatch(long trial, long fence) => new(
        new Granted(Attempt(trial) with { Fence = fence }, 1, "s", $"id {trial}", 1, 1, "pack", 3, 3, null, 0), "{}");

    private static Dispatch Lasting(long trial, int epochs, int resumesAt = 0)
    {
        var dispatch = Dispatch(trial, trial * 10);
        return dispatch with { Trial = dispatch.Trial with { Epochs = epochs, Budget = epochs, CheckpointEpoch = resumesAt } };
    }

    private static Grant Grant(long number, params long[] trials) =>
        new(new Session("n", 1, 1), new History("s", 5), "cpu:0", number, [.. trials.Select(one => Dispatch(one, one * 10))]);

    private (long Want, int Count) Wants()
    {
        var (status, _) = _worker.Show(TimeSpan.Zero);
        return (status.Want, status.Count);
    }

    private long[] Begin() => [.. _worker.Next(TimeSpan.Zero).Select(one => one.Attempt.Trial)];

    private void End(long trial) => Assert.NotNull(_worker.End(Attempt(trial), new AttemptEnd(AttemptOutcome.Succeeded)));
}
