using VaeSweep.Sweeps;
using VaeSweep.Training.Alarms;

namespace VaeSweep.Training.Tests;

public sealed class AlarmTests : TrainingTest
{
    [Fact]
    public void A_state_is_told_when_it_has_held_for_long_and_when_it_is_over()
    {
        double[] kl = [5, 0.01, 0.01, 5, 0.01, 0.01, 0.01, 0.01, 5, 0.01];

        var events = Watch(new() { Epochs = 3 }, kl.Select(value => Report(value)));

        Assert.Equal([(7, "posterior_collapse"), (9, "posterior_collapse_ended")], events.Select(e => (e.Epoch, e.Event.Event)));
        Assert.Equal("posterior collapse: for 3 epochs the KL term of the training images was under 0.01 nats a latent unit, now "
            + "0.01 in all", events[0].Event.Detail);
        Assert.Equal("posterior collapse ended after 4 epochs", events[1].Event.Detail);
    }

    [Fact]
    public void A_falling_validation_bound_is_an_overload_only_while_training_images_are_drawn_better_than_at_its_best()
    {
        (double Valid, double Recon)[] epochs =
            [(-100, -90), (-90, -80), (-91, -79), (double.NaN, -78), (-92, -77), (-93, -85), (-94, -70), (-95, -69), (-80, -60)];

        var events = Watch(new() { Epochs = 2 }, epochs.Select(epoch => Report(5, epoch.Valid, epoch.Recon)));

        Assert.Equal(
            [(5, "information_overload"), (6, "information_overload_ended"), (8, "information_overload"),
                (9, "information_overload_ended")],
            events.Select(e => (e.Epoch, e.Event.Event)));
        Assert.Equal(
            "information overload: since epoch 2 the validation bound fell from -90.00 to -92.00 nats while the distortion of "
                + "the training images fell from 80.00 to 77.00",
            events[0].Event.Detail);
    }

    [Fact]
    public void A_rate_above_its_bound_is_an_overload_and_an_alarm_that_is_off_is_not_told()
    {
        var settings = new AlarmConfig { Epochs = 2, OverloadKl = 20, Collapse = "off" };

        var events = Watch(settings, new[] { 21.0, 22, 0.0, 0.0, 0.0 }.Select(value => Report(value)));

        Assert.Equal([(2, "information_overload"), (3, "information_overload_ended")],
            events.Select(e => (e.Epoch, e.Event.Event)));
    }

    [Fact]
    public void The_warm_up_is_no_overload()
    {
        var config = Small() with { Objective = new() { WarmupEpochs = 10 } };

        var events = Watch(new() { Epochs = 2 }, Enumerable.Range(1, 10).Select(i => Report(50, -100 - i, -90 + i)), config);

        Assert.Empty(events);
    }

    [Theory]
    [InlineData("warn", 8)]
    [InlineData("stop", 3)]
    public void A_collapsed_trial_tells_it_and_ends_where_it_is_asked_to(string mode, int epochs)
    {
        // A KL term that weighs a thousand times more than the image: the posterior collapses at once.
        var config = Small(epochs: 8) with
        {
            Objective = new() { Beta = 1000 },
            Train = Small().Train with { Epochs = 8, Adam = new() { Lr = 0.02 },
                Alarms = new() { Collapse = mode, CollapseKl = 0.05, Epochs = 2 } },
        };

        var events = Run(Trial(config)).Events;

        var reports = events.OfType<EpochDone>().Select(done => done.Report).ToArray();
        var finished = Assert.IsType<TrialFinished>(events[^1]);
        var collapsed = reports.Single(report => report.Events.Any(e => e.Event == "posterior_collapse")).Epoch;
        Assert.True(mode == "warn" ? reports.Length == epochs : reports.Length == collapsed
            && collapsed < 8, $"{reports.Length} epochs, collapsed at {collapsed}");
        Assert.Equal(mode == "stop", finished.EndedEarly?.Contains("posterior collapse: for 2 epochs", StringComparison.Ordinal)
            ?? false);
        Assert.Equal(mode == "stop", reports[^1].Events.Any(e => e.Event == "stopped_early"));
        Assert.All(finished.Evaluations, evaluation => Assert.True(double.IsFinite(evaluation.Value), evaluation.Metric));
        Assert.Equal(0, finished.Evaluations.Single(e => e.Metric == "active_units_01").Value);
    }

    private static List<(int Epoch, TrialEvent Event)> Watch(
        AlarmConfig settings, IEnumerable<EpochReport> reports, TrialConfig? config = null)
    {
        config ??= Small();
        config = config with { Train = config.Train with { Epochs = 100, Alarms = settings } };
        var progress = new TrialProgress();
        var told = new List<(int, TrialEvent)>();
        foreach (var (i, report) in reports.Index())
        {
            (progress, _) = EarlyStopping.After(config, progress, i + 1, report.ValidElbo, report.TrainRecon);
            (progress, var events, _) = AlarmWatch.After(new(config, progress, report with { Epoch = i + 1 }, Units: 4));
            told.AddRange(events.Select(e => (i + 1, e)));
        }

        return told;
    }

    private static EpochReport Report(double kl, double valid = double.NaN, double recon = -90) =>
        new() { Epoch = 1, TrainKl = kl, ValidElbo = valid, TrainRecon = recon };
}
