using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class EarlyStoppingTests : TrainingTest
{
    [Theory]
    // Look-ahead, warm-up, validation bounds, and the epoch after which training ends; 0 is never.
    [InlineData(2, 0, new[] { 1.0, 2, 1, 1, 1, 9 }, 5)]
    [InlineData(2, 0, new[] { 1.0, 2, 1, 1, 3, 1, 1, 1, 9 }, 8)]
    [InlineData(2, 0, new[] { 1.0, 2, 1, 1, 9 }, 0)]
    [InlineData(1, 5, new[] { 9.0, 1, 1, 1, 1, 1, 1 }, 6)]
    [InlineData(1, 9, new[] { 9.0, 1, 1, 1, 1, 1, 1 }, 0)]
    [InlineData(1, 0, new[] { double.NaN, 1, 2, double.NaN, double.NaN, 9 }, 5)]
    [InlineData(1, 0, new[] { 2.0, 2, 2, 2 }, 3)]
    public void Training_ends_after_more_than_the_look_ahead_without_a_better_bound_and_not_in_the_warm_up(
        int lookAhead, int warmup, double[] bounds, int expected)
    {
        var config = Small() with { Objective = new() { WarmupEpochs = warmup },
            Train = Small().Train with { Epochs = 100, EarlyStopping = lookAhead } };
        var progress = new TrialProgress();

        var ended = 0;
        for (var epoch = 1; epoch <= bounds.Length && ended == 0; epoch++)
        {
            (progress, _) = EarlyStopping.After(config, progress, epoch, bounds[epoch - 1]);
            ended = progress.StopReason is null ? 0 : epoch;
        }

        Assert.Equal(expected, ended);
    }

    [Fact]
    public void A_trial_that_stops_early_reports_every_epoch_it_had_and_keeps_and_measures_its_best_model()
    {
        var context = Run(Trial(Restless(seed: 1)));

        var reports = context.Events.OfType<EpochDone>().Select(done => done.Report).ToArray();
        var finished = Assert.IsType<TrialFinished>(context.Events[^1]);
        var best = reports.MaxBy(report => report.ValidElbo)!.Epoch;
        Assert.InRange(reports.Length, 3, 59);
        Assert.Equal(Enumerable.Range(1, best + 3), reports.Select(report => report.Epoch));
        Assert.Equal($"stopped early after epoch {best + 3} of 60: the validation bound was best at epoch {best}, whose "
            + "model is kept", finished.EndedEarly);
        // A trial that ends at the best epoch leaves the same model.
        var shorter = Restless(seed: 1) with { Train = Restless(1).Train with { Epochs = best, EarlyStopping = 0 } };
        var same = Run(Trial(shorter)).Events.OfType<TrialFinished>().Single();
        Assert.Equal(Tensors(same.ModelPath), Tensors(finished.ModelPath));
        Assert.Equal(Value(same, "test_elbo"), Value(finished, "test_elbo"));
        Assert.Null(same.EndedEarly);
    }

    [Fact]
    public void A_trial_that_reaches_its_last_epoch_is_measured_with_its_best_model_too()
    {
        var config = Restless(seed: 1);
        var best = Run(Trial(config)).Events.OfType<EpochDone>().MaxBy(done => done.Report.ValidElbo)!.Report.Epoch;

        var ended = Run(Trial(config with { Train = config.Train with { Epochs = best + 2 } })).Events.OfType<TrialFinished>()
            .Single();

        var atBest = Run(Trial(config with { Train = config.Train with { Epochs = best, EarlyStopping = 0 } })).Events
            .OfType<TrialFinished>().Single();
        Assert.Null(ended.EndedEarly);
        Assert.Equal(Tensors(atBest.ModelPath), Tensors(ended.ModelPath));
    }

    [Fact]
    public void Trials_that_stop_early_leave_their_pack_and_the_others_go_on()
    {
        var configs = Enumerable.Range(1, 3).Select(seed => Restless(seed)).ToArray();

        var pack = Run([.. configs.Select((config, i) => Trial(config, key: i + 1))]);

        var lengths = new List<int>();
        for (var i = 0; i < configs.Length; i++)
        {
            var alone = Run(Trial(configs[i], key: i + 1));
            lengths.Add(alone.Events.OfType<EpochDone>().Count());
            Assert.Equal(lengths[^1], pack.Of(i + 1).OfType<EpochDone>().Count());
            Assert.Equal(alone.Events.OfType<TrialFinished>().Single().EndedEarly, pack.Of(i + 1).OfType<TrialFinished>()
                .Single().EndedEarly);
            Assert.Equal(Value(alone.Events.OfType<TrialFinished>().Single(), "test_elbo"),
                Value(pack.Of(i + 1).OfType<TrialFinished>().Single(), "test_elbo"), 1e-2);
        }

        Assert.True(lengths.Distinct().Count() > 1, $"all three stopped after {lengths[0]} epochs: the test shows nothing");
    }

    [Fact]
    public void A_trial_that_waits_while_another_is_measured_stops_at_once_and_goes_on_alike()
    {
        var configs = Enumerable.Range(1, 3).Select(seed => Restless(seed)).ToArray();
        var alone = configs.Select((config, i) => Run(Trial(config, key: i + 1)).Events).ToArray();
        var first = Enumerable.Range(0, 3).MinBy(i => alone[i].OfType<EpochDone>().Count());
        var other = (first + 1) % 3;
        var end = alone[first].OfType<EpochDone>().Count();
        var context = new RecordingContext();
        context.Told = happened =>
        {
            if (happened is EpochDone done && done.TrialKey == first + 1 && done.Report.Epoch == end)
                context.StopAfter[other + 1] = 0;
        };

        Run(context, [.. configs.Select((config, i) => Trial(config, key: i + 1))]);
        var rest = Run(Trial(configs[other], key: other + 1, resumeFrom: context.LastCheckpoint(other + 1), attempt: 2));

        Assert.IsType<TrialStopped>(context.Of(other + 1).Last());
        Assert.Equal(end, context.Of(other + 1).OfType<EpochDone>().Count());
        Assert.IsType<TrialFinished>(context.Of(first + 1).Last());
        Assert.Equal(
            alone[other].OfType<EpochDone>().Count(), context.Of(other + 1).OfType<EpochDone>()
                .Count() + rest.Events.OfType<EpochDone>().Count());
    }

    /// <summary>A learning rate at which the bound jumps about, so that training stops early.</summary>
    internal static TrialConfig Restless(long seed) => Small(seed) with
    {
        Train = new() { Epochs = 60, BatchSize = 32, EarlyStopping = 2, Adam = new() { Lr = 0.05 }, CheckpointSeconds = 1e6 },
        Evaluate = new() { Metrics = ["test_elbo", "test_nll", "train_recon"], ImportanceSamples = 20 },
    };

    private static double Value(TrialFinished finished, string metric) =>
        finished.Evaluations.Single(e => e.Metric == metric).Value;

    private static string[] Tensors(string path) =>
        [.. SafetensorsFile.Load(path).Tensors.Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Data)}")];
}
