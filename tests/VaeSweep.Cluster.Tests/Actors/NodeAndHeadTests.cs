using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Actors.Simulation;
using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>A node whose head is away, restarted, or does not want it.</summary>
public sealed class NodeAndHeadTests
{
    private readonly SteppedCluster _cluster = new(new TrainerScript { Epochs = 200, CheckpointEvery = 10 });

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(600)]
    public void A_head_that_is_away_loses_nothing_and_trials_train_on(int seconds)
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Pass(TimeSpan.FromSeconds(30.5));

        _cluster.Faults.IsAway = true;
        _cluster.Pass(TimeSpan.FromSeconds(seconds));
        _cluster.Faults.IsAway = false;
        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal((1, 0), (trial.Attempt, trial.Failures)));
        Assert.Equal("it has not answered for 5 s", Assert.Single(_cluster.Events.OfType<StoreUnreachable>()).Reason);
        var outage = Assert.Single(_cluster.Events.OfType<StoreRecovered>()).Outage;
        Assert.InRange(outage.TotalSeconds, seconds - 8, seconds + 3);
    }

    [Fact]
    public void A_head_that_is_away_for_a_moment_is_not_spoken_of()
    {
        _cluster.Submit(1);
        _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(30));

        _cluster.Faults.IsAway = true;
        _cluster.Pass(TimeSpan.FromSeconds(3));
        _cluster.Faults.IsAway = false;
        _cluster.Pass(TimeSpan.FromSeconds(10));

        Assert.Empty(_cluster.Events.OfType<StoreUnreachable>());
    }

    [Fact]
    public void A_node_that_was_halted_itself_does_not_speak_of_its_head()
    {
        _cluster.Submit(1);
        var lane = _cluster.Lane();
        _cluster.Start(_cluster.On(lane, _cluster.Options()));
        _cluster.Pass(TimeSpan.FromSeconds(10));

        lane.Halt();
        _cluster.Pass(TimeSpan.FromSeconds(20));
        lane.Continue();
        _cluster.Pass(TimeSpan.FromSeconds(10));

        Assert.Empty(_cluster.Events.OfType<StoreUnreachable>());
        Assert.Equal(1, _cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public void A_lost_connection_is_told_at_once_and_another_one_goes_on()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(10.5));

        Tell(node, new Disconnected(ActorRefs.Nobody));
        Assert.Empty(_cluster.Events.OfType<StoreUnreachable>());
        Tell(node, new Disconnected(_cluster.Head));
        Assert.Equal("the connection was lost", Assert.Single(_cluster.Events.OfType<StoreUnreachable>()).Reason);
        _cluster.Pass(TimeSpan.FromSeconds(30));
        var meanwhile = _cluster.Store.Trials[0].Epochs.Count;
        Tell(node, new Connected(_cluster.Head));
        _cluster.Pass(TimeSpan.FromSeconds(0.2));

        Assert.Equal((10, 40), (meanwhile, _cluster.Store.Trials[0].Epochs.Count));
        Assert.Equal(30, Assert.Single(_cluster.Events.OfType<StoreRecovered>()).Outage.TotalSeconds, 1);
        _cluster.Finish(node);
        Assert.Equal(1, _cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public void A_node_starts_before_its_head_and_says_that_there_is_none()
    {
        _cluster.Submit(1);
        var node = _cluster.StartAlone(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(7));
        Assert.Single(_cluster.Events.OfType<StoreUnreachable>());

        Tell(node, new Connected(_cluster.Head));
        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
    }

    [Fact]
    public void A_restarted_head_is_told_everything_that_it_does_not_know()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        for (var restarts = 0; restarts < 10; restarts++)
        {
            _cluster.Pass(TimeSpan.FromSeconds(7.3));
            _cluster.Head.Tell(new SmallHead.Forget(), ActorRefs.NoSender);
        }

        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(1, trial.Attempt));
        Assert.True(_cluster.Faults.Carried.OfType<Hello>().Count() > 10);
    }

    [Fact]
    public void A_node_cut_off_writes_nothing_once_its_trial_has_passed_to_another()
    {
        _cluster.Submit(1);
        var first = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(30.5));

        _cluster.Faults.CutOff.Add(first.Name);
        var second = _cluster.Start(_cluster.Options("cpu:1"));
        _cluster.Until(() => _cluster.Store.Trials[0].Attempt == 2);
        _cluster.Pass(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(_cluster.Events.OfType<TrialEnded>(), ended => ended.Attempt == 1);
        _cluster.Faults.CutOff.Clear();
        _cluster.Pass(TimeSpan.FromSeconds(2));
        Assert.Contains(_cluster.Events.OfType<TrialEnded>(), ended => ended is { Attempt: 1, Outcome: null });
        _cluster.Finish(second);
        _cluster.Finish(first);

        _cluster.AssertAllSucceeded();
        var row = _cluster.Store.Trials[0];
        Assert.Equal((30, 2), (row.Epochs.Values.Count(epoch => epoch.Attempt == 1), row.Attempt));
    }

    [Fact]
    public void A_trial_taken_away_in_the_middle_stops_within_a_second()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(10.5));
        var row = _cluster.Store.Trials[0];

        var lost = new AttemptKey(row.Key, row.Attempt);
        _cluster.Run(async () =>
        {
            await _cluster.Store.FinishAsync(lost, new AttemptEnd(AttemptOutcome.Released), CancellationToken.None);
            return await _cluster.Store.ClaimAsync(
                new ClaimRequest("another", "cpu:9", "t"), CancellationToken.None);
        });
        var took = _cluster.Until(() => _cluster.Events.OfType<TrialEnded>().Any(), TimeSpan.FromSeconds(3));

        Assert.InRange(took.TotalSeconds, 0, 1.5);
        Assert.Null(_cluster.Events.OfType<TrialEnded>().Single().Outcome);
        Assert.InRange(row.Epochs.Count, 10, 11);
        Assert.Equal("released", Assert.Single(row.Ends).Outcome);
        Assert.False(node.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(typeof(Hello))]
    [InlineData(typeof(Beat))]
    [InlineData(typeof(Batch))]
    [InlineData(typeof(Grant))]
    [InlineData(typeof(Ack))]
    public void A_message_lost_on_its_way_is_said_again_and_does_nothing_twice(Type kind)
    {
        _cluster.Submit(3);
        var lost = 0;
        _cluster.Faults.Loses = message => message.GetType() == kind && lost++ % 2 == 0;

        _cluster.Finish(_cluster.Start(_cluster.Options("cpu:0", "cpu:1")));

        _cluster.AssertAllSucceeded();
        Assert.True(lost >= 2);
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal(1, trial.Attempt));
        Assert.All(_cluster.Events.OfType<TrialEnded>(), ended => Assert.Equal(AttemptOutcome.Succeeded, ended.Outcome));
    }

    [Fact]
    public void What_waits_for_the_head_is_bounded_by_holding_the_trainer()
    {
        var script = new TrainerScript { Epochs = 5_000, CheckpointEvery = 1_000, EpochTime = _ => TimeSpan.FromMilliseconds(1) };
        var cluster = new SteppedCluster(script);
        cluster.Submit(1);
        var trained = 0;
        script.BeforeEpoch = (_, _, epoch) => trained = epoch;
        var node = cluster.Start(cluster.Options() with { Gateway = new GatewayOptions { OutboxBytes = 300_000 } });
        cluster.Pass(TimeSpan.FromSeconds(1));

        cluster.Faults.IsAway = true;
        cluster.Pass(TimeSpan.FromSeconds(30));
        var reached = trained;
        cluster.Faults.IsAway = false;
        cluster.Finish(node);

        // About 300 bytes for an epoch.
        Assert.InRange(reached, 1_500, 2_600);
        cluster.AssertAllSucceeded();
        Assert.Equal(1, cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public void A_full_node_can_be_stopped()
    {
        var script = new TrainerScript { Epochs = 5_000, CheckpointEvery = 1_000, EpochTime = _ => TimeSpan.FromMilliseconds(1) };
        var cluster = new SteppedCluster(script);
        cluster.Submit(1);
        var node = cluster.Start(cluster.Options() with { Gateway = new GatewayOptions { OutboxBytes = 30_000 } });
        cluster.Pass(TimeSpan.FromSeconds(1));
        cluster.Faults.IsAway = true;
        cluster.Pass(TimeSpan.FromSeconds(30));

        cluster.Stop(node);
        cluster.Pass(TimeSpan.FromSeconds(2));
        Assert.All(cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed));
        cluster.Faults.IsAway = false;
        cluster.Finish(node, TimeSpan.FromSeconds(3));

        var row = cluster.Store.Trials[0];
        Assert.Equal((TrialState.Queued, row.Epochs.Count), (row.State, row.CheckpointEpoch));
        Assert.InRange(row.Epochs.Count, 1_000, 1_300);
    }

    [Fact]
    public void A_node_that_leaves_while_its_head_is_away_gives_up_waiting_and_says_what_it_takes_along()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options() with { StopTimeout = TimeSpan.FromSeconds(20) });
        _cluster.Pass(TimeSpan.FromSeconds(30.5));
        _cluster.Faults.IsAway = true;
        _cluster.Pass(TimeSpan.FromSeconds(5));

        _cluster.Stop(node);
        var took = _cluster.Until(() => node.Completion.IsCompleted);
        _cluster.Faults.IsAway = false;
        _cluster.Finish(_cluster.Start(_cluster.Options()));

        Assert.Equal(RunOutcome.Stopped, _cluster.Finish(node));
        Assert.Equal(30, took.TotalSeconds, 1);
        // Five epochs or six, one or two checkpoints, the end.
        Assert.InRange(Assert.Single(_cluster.Events.OfType<LeftUnconfirmed>()).Entries, 7, 9);
        Assert.Equal(30, _cluster.Events.OfType<TrialStarted>().Last().FromEpoch);
        _cluster.AssertAllSucceeded();
    }

    [Fact]
    public void A_store_that_was_restored_takes_all_trials_away_and_the_node_begins_anew()
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1") with { PrefetchAhead = TimeSpan.FromHours(1) });
        _cluster.Pass(TimeSpan.FromSeconds(10.5));

        Tell(node, new Refused(SessionNow(), Refusal.OtherHistory, "The store was restored."));
        _cluster.Pass(TimeSpan.FromSeconds(2));

        // One of them waited.
        var lost = _cluster.Events.OfType<TrialEnded>().Where(one => one.Outcome is null);
        Assert.Equal([1, 2, 3], lost.Select(one => one.TrialKey).Order());
        Assert.All(_cluster.Store.Trials, trial => Assert.Equal((TrialState.Running, 2), (trial.State, trial.Attempt)));
        _cluster.Finish(node);
        _cluster.AssertAllSucceeded();
    }

    [Fact]
    public void A_head_of_another_store_is_no_head_and_training_goes_on()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(10.5));
        var other = new SteppedCluster();

        Tell(node, new Connected(other.Head));
        for (var seconds = 0; seconds < 20; seconds++)
        {
            _cluster.Pass(TimeSpan.FromSeconds(1));
            other.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.IsType<Hello>(other.Faults.Carried[0]);
        var told = Assert.Single(_cluster.Events.OfType<StoreUnreachable>());
        Assert.Contains("holds trials of store", told.Reason, StringComparison.Ordinal);
        Tell(node, new Connected(_cluster.Head));
        _cluster.Finish(node);
        _cluster.AssertAllSucceeded();
        Assert.Equal(1, _cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public async Task A_node_with_a_wrong_token_leaves_with_the_heads_words()
    {
        var cluster = new SteppedCluster(head: new HeadOptions { Token = "secret" });
        cluster.Submit(1);

        var error = await cluster.FailureOf(cluster.Start(cluster.Options() with { Token = "guess" }), TimeSpan.FromSeconds(5));
        cluster.Finish(cluster.Start(cluster.Options() with { Token = "secret" }));

        Assert.StartsWith("The token of node-1 is not this head's.", error.Message, StringComparison.Ordinal);
        cluster.AssertAllSucceeded();
    }

    [Fact]
    public async Task A_node_that_a_newer_head_refuses_brings_its_trials_to_a_checkpoint_and_says_why_it_left()
    {
        _cluster.Submit(2);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Pass(TimeSpan.FromSeconds(13.5));

        _cluster.Faults.Loses = message => message is Batch;
        Tell(node, new Refused(SessionNow(), Refusal.Version, "This head speaks protocol 9."));
        var error = await _cluster.FailureOf(node, TimeSpan.FromSeconds(3));

        Assert.StartsWith("This head speaks protocol 9. This node has left; ", error.Message, StringComparison.Ordinal);
        Assert.Contains("go on elsewhere from the last checkpoint", error.Message, StringComparison.Ordinal);
        Assert.Contains(_cluster.Faults.Carried.OfType<Beat>(), beat => beat.Note == "This head speaks protocol 9.");
        Assert.Contains(_cluster.Disk.All, path => path.EndsWith("epoch-13", StringComparison.Ordinal));
    }

    [Fact]
    public void Sweeps_of_other_software_are_left_alone_and_spoken_of_once()
    {
        _cluster.Script.Provenance = """{"stack":"numerics 1"}""";
        _cluster.Submit(2);
        var first = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(3));
        _cluster.Script.Provenance = """{"stack":"numerics 2"}""";

        _cluster.Start(_cluster.Options("cpu:1") with { ExitWhenDone = false });
        _cluster.Pass(TimeSpan.FromSeconds(20));

        var told = Assert.Single(_cluster.Events.OfType<SoftwareDiffers>());
        Assert.Equal(("s", "numerics 1", "numerics 2"), (told.Sweep, told.Theirs, told.Ours));
        Assert.Equal(
            "has numerics 2: takes nothing of s",
            _cluster.Faults.Carried.OfType<Beat>().Last(beat => beat.Session.Node == "node-2").Note);
        Assert.Equal(TrialState.Queued, _cluster.Store.Trials[1].State);
        _cluster.Finish(first);
    }

    [Fact]
    public async Task A_node_that_came_for_a_sweep_of_other_software_says_so_and_leaves()
    {
        _cluster.Script.Provenance = """{"stack":"numerics 1"}""";
        _cluster.Submit(2);
        _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(3));

        var other = _cluster.Start(_cluster.Options("cpu:1") with { SweepFilter = "s", StackOf = _ => "numerics 2" });
        var error = await _cluster.FailureOf(other, TimeSpan.FromSeconds(3));

        Assert.StartsWith(
            "sweep s is trained with numerics 1, and this node has numerics", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("`vaesweep set s --allow-mixed`", error.Message, StringComparison.Ordinal);
    }

    private void Tell(Node node, object message)
    {
        node.Gateway.Tell(message, ActorRefs.NoSender);
        _cluster.Settle();
    }

    private Session SessionNow() => _cluster.Faults.Carried.OfType<Beat>().Last().Session;
}
