using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class StoreFaultTests
{
    private readonly SimulatedCluster _cluster = new(new TrainerScript { Epochs = 200, CheckpointEvery = 10 });

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(600)]
    public void An_outage_of_the_store_loses_nothing(int seconds)
    {
        _cluster.Submit(3);
        var node = _cluster.Start(_cluster.Options("cpu:0", "cpu:1"));
        _cluster.Pass(TimeSpan.FromSeconds(30.5));

        _cluster.Store.Before = (_, _) => throw new StoreException("connection refused");
        _cluster.Pass(TimeSpan.FromSeconds(seconds));
        _cluster.Store.Before = (_, _) => Task.CompletedTask;
        _cluster.Finish(node);

        _cluster.AssertAllSucceeded();
        Assert.All(_cluster.Store.Trials, t => Assert.Equal(0, t.Failures));
        Assert.Equal("connection refused", Assert.Single(_cluster.Events.OfType<StoreUnreachable>()).Reason);
        Assert.InRange(Assert.Single(_cluster.Events.OfType<StoreRecovered>()).Outage.TotalSeconds, seconds - 2, seconds + 6);
        if (seconds < 50)
        {
            Assert.All(_cluster.Store.Trials, t => Assert.Equal(1, t.Attempt));
        }
    }

    [Fact]
    public void A_call_that_ends_late_does_not_tell_of_an_outage_that_is_over()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(30.5));

        _cluster.Store.Before = (call, ct) => call == "lead" ? Task.Delay(Timeout.InfiniteTimeSpan, _cluster.Clock, ct) : throw new StoreException("no route to host");
        _cluster.Pass(TimeSpan.FromSeconds(3));
        _cluster.Store.Before = (_, _) => Task.CompletedTask;
        _cluster.Pass(TimeSpan.FromSeconds(60));

        Assert.Single(_cluster.Events.OfType<StoreUnreachable>());
        Assert.Single(_cluster.Events.OfType<StoreRecovered>());
        _cluster.Finish(node);
    }

    [Fact]
    public void Training_stops_by_itself_before_the_lease_could_pass_on()
    {
        _cluster.Submit(1);
        var node = _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(30.5));
        _cluster.Store.Before = (_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, _cluster.Clock, ct);

        _cluster.Pass(TimeSpan.FromSeconds(58));

        Assert.False(_cluster.Launcher.Started[0].Running);
        Assert.False(node.Completion.IsCompleted);
    }

    [Fact]
    public void A_node_cut_off_writes_nothing_once_its_trial_has_passed_to_another()
    {
        _cluster.Submit(1);
        var wire = _cluster.Store.View();
        var first = _cluster.Start(_cluster.Options() with { Store = wire });
        _cluster.Pass(TimeSpan.FromSeconds(30.5));

        wire.Before = (_, _) => throw new StoreException("no route to host");
        var second = _cluster.Start(_cluster.Options("cpu:1"));
        _cluster.Until(() => _cluster.Store.Trials[0].Attempt == 2);
        var firstEpochs = _cluster.Store.Trials[0].Epochs.Values.Count(e => e.Attempt == 1);
        _cluster.Pass(TimeSpan.FromSeconds(30));
        wire.Before = (_, _) => Task.CompletedTask;
        _cluster.Finish(second);
        _cluster.Finish(first);

        _cluster.AssertAllSucceeded();
        var row = _cluster.Store.Trials[0];
        Assert.Equal(firstEpochs, row.Epochs.Values.Count(e => e.Attempt == 1));
        Assert.Equal(2, row.Attempt);
        Assert.Contains(_cluster.Events.OfType<TrialEnded>(), e => e is { Attempt: 1, Outcome: null });
    }

    [Fact]
    public void A_trial_taken_away_in_the_middle_stops_within_two_seconds()
    {
        _cluster.Submit(1);
        _cluster.Start(_cluster.Options());
        _cluster.Pass(TimeSpan.FromSeconds(10.5));
        var row = _cluster.Store.Trials[0];
        var before = row.Epochs.Count;

        var lost = new AttemptKey(row.Key, row.Attempt);
        _cluster.Run(async () =>
        {
            await _cluster.Store.FinishAsync(lost, new AttemptEnd(AttemptOutcome.Released), CancellationToken.None);
            return await _cluster.Store.ClaimAsync(new ClaimRequest("another", "cpu:9", "t", TimeSpan.FromDays(1)), CancellationToken.None);
        });
        var took = _cluster.Until(() => _cluster.Events.OfType<TrialEnded>().Any(), TimeSpan.FromSeconds(3));

        Assert.InRange(took.TotalSeconds, 0, 2);
        Assert.Null(_cluster.Events.OfType<TrialEnded>().Single().Outcome);
        Assert.Equal(before, row.Epochs.Count);
        Assert.Equal("released", Assert.Single(row.Ends).Outcome);
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("append")]
    [InlineData("finish")]
    [InlineData("renew")]
    public void An_answer_lost_on_its_way_does_nothing_twice(string call)
    {
        _cluster.Submit(3);
        var lost = 0;
        _cluster.Store.After = (name, _) => name == call && lost++ % 2 == 0 ? throw new StoreException("connection reset") : Task.CompletedTask;

        _cluster.Finish(_cluster.Start(_cluster.Options("cpu:0", "cpu:1")));

        _cluster.AssertAllSucceeded();
        Assert.True(lost >= 3);
        Assert.All(_cluster.Store.Trials, t => Assert.Equal(1, t.Attempt));
        Assert.All(_cluster.Events.OfType<TrialEnded>(), e => Assert.Equal(AttemptOutcome.Succeeded, e.Outcome));
    }

    [Fact]
    public void Reports_that_wait_for_the_store_are_bounded_by_holding_the_trainer()
    {
        var script = new TrainerScript { Epochs = 20_000, CheckpointEvery = 1_000, EpochTime = _ => TimeSpan.FromMilliseconds(1) };
        var cluster = new SimulatedCluster(script);
        cluster.Submit(1);
        var trained = 0;
        script.BeforeEpoch = (_, _, epoch) => trained = epoch;
        var node = cluster.Start(cluster.Options());
        cluster.Pass(TimeSpan.FromSeconds(1));

        cluster.Store.Before = (_, _) => throw new StoreException("away");
        cluster.Pass(TimeSpan.FromSeconds(30));
        var reached = trained;
        cluster.Store.Before = (_, _) => Task.CompletedTask;
        cluster.Finish(node);

        Assert.InRange(reached, 4_000, 5_300);
        cluster.AssertAllSucceeded();
        Assert.Equal(1, cluster.Store.Trials[0].Attempt);
    }

    [Fact]
    public void Reports_are_written_together()
    {
        var script = new TrainerScript { Epochs = 5_000, CheckpointEvery = 5_000, EpochTime = _ => TimeSpan.FromMilliseconds(1) };
        var cluster = new SimulatedCluster(script);
        cluster.Submit(1);

        cluster.Finish(cluster.Start(cluster.Options()));

        cluster.AssertAllSucceeded();
        Assert.InRange(cluster.Store.Calls.Count(c => c == "append"), 50, 120);
    }
}
