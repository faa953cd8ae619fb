using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class TrainingTests : TrainingTest
{
    [Fact]
    public void Training_raises_the_bound_and_reports_every_epoch_whole()
    {
        var config = Small(epochs: 12) with { Objective = new() { WarmupEpochs = 4 },
            Train = Small().Train with { Epochs = 12, Adam = new() { Lr = 3e-3 } } };

        var reports = Run(Trial(config)).Events.OfType<EpochDone>().Select(done => done.Report).ToArray();

        Assert.Equal(Enumerable.Range(1, 12), reports.Select(report => report.Epoch));
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1], reports.Take(6).Select(report => report.Beta));
        Assert.True(reports[^1].TestElbo > reports[0].TestElbo + 10, $"{reports[0].TestElbo} to {reports[^1].TestElbo}");
        Assert.All(reports, report =>
        {
            Assert.Equal(report.TrainElbo, report.TrainRecon - report.TrainKl, 1e-3);
            Assert.Equal(report.ValidElbo, report.ValidRecon - report.ValidKl, 1e-9);
            Assert.Equal(report.TrainObjective, report.TrainRecon - (report.Beta * report.TrainKl), 1e-3);
            Assert.Equal(report.TestKl, report.Units.Single().Kl.Sum(), 1e-4);
            Assert.Equal(report.ActiveUnits, report.Units.Single().Activity.Count(activity => activity > 0.01));
            Assert.True(report.GradNorm > 0 && report.Seconds > 0);
        });
    }

    [Fact]
    public void Events_come_in_order_and_the_checkpoint_of_the_last_epoch_before_the_end()
    {
        var events = Run(Trial(Small())).Events;

        Assert.Equal(["EpochDone", "EpochDone", "EpochDone", "Checkpointed", "TrialFinished"],
            events.Select(e => e.GetType().Name));
        Assert.True(events.OfType<Checkpointed>().Single() is { Epoch: 3, Best: true });
    }

    [Fact]
    public void The_best_checkpoint_is_the_one_with_the_highest_validation_bound()
    {
        var config =
            Small(epochs: 6) with { Train = Small().Train with { Epochs = 6, CheckpointEpochs = 1, Adam = new() { Lr = 0.05 } } };

        var events = Run(Trial(config)).Events;

        var best = double.NegativeInfinity;
        foreach (var (report, saved) in events.OfType<EpochDone>().Select(done => done.Report).Zip(events.OfType<Checkpointed>()))
        {
            Assert.Equal(report.ValidElbo > best, saved.Best);
            best = Math.Max(best, report.ValidElbo);
        }
    }

    [Fact]
    public void Metrics_come_as_asked_and_agree_with_each_other()
    {
        var config = Small(epochs: 10) with
        {
            Train = Small().Train with { Epochs = 10, Adam = new() { Lr = 3e-3 } },
            Evaluate = new() { Metrics = ["test_l1", "test_l50", "test_nll", "test_elbo", "test_recon", "test_kl"],
                ImportanceSamples = 200 },
        };

        var evaluations = Run(Trial(config)).Events.OfType<TrialFinished>().Single().Evaluations;

        double Value(string metric) => evaluations.Single(e => e.Metric == metric).Value;
        Assert.Equal(config.Evaluate.Metrics.Order(StringComparer.Ordinal), evaluations.Select(e => e.Metric));
        Assert.Equal([1, 1, 1, 50, 200, 1], evaluations.Select(e => e.Samples));
        Assert.All(evaluations, e => Assert.Equal(60, e.Images));
        Assert.Equal(Value("test_elbo"), Value("test_recon") - Value("test_kl"), 1e-9);
        Assert.True(Value("test_l1") < Value("test_l50") && Value("test_l50") < -Value("test_nll") + 0.5);
        Assert.Equal(Value("test_elbo"), Value("test_l1"), 2.0);
    }

    [Fact]
    public void Curves_that_are_measured_rarely_change_nothing_else()
    {
        var always = Small(epochs: 4);
        var rarely = always with { Evaluate = always.Evaluate with { Every = 3 } };

        var (a, b) = (Run(Trial(always)).Events, Run(Trial(rarely)).Events);

        Assert.Equal(a.OfType<EpochDone>().Select(e => e.Report.TrainElbo), b.OfType<EpochDone>()
            .Select(e => e.Report.TrainElbo));
        Assert.Equal([-1, -1], b.OfType<EpochDone>().Take(2).Select(e => e.Report.ActiveUnits));
        Assert.Equal([false, false, true, true], b.OfType<EpochDone>().Select(e => double.IsFinite(e.Report.TestElbo)));
        Assert.Equal(
            a.OfType<TrialFinished>().Single().Evaluations.Select(e => e with { File = null }), b.OfType<TrialFinished>()
                .Single().Evaluations.Select(e => e with { File = null }));
    }

    [Fact]
    public void What_cannot_be_run_fails_with_the_reason_and_the_others_run()
    {
        var unknown = Small() with { Evaluate = new() { Metrics = ["active_units"] } };
        var json = TrialConfigJson.Write(unknown).Replace("\"active_units\"", "\"active_unit\"", StringComparison.Ordinal);

        var context = Run(Trial(Small(), key: 1) with { ConfigJson = json }, Trial(Small(), key: 2) with { ConfigJson = "{" },
            Trial(Small(), key: 3));

        var first = Assert.IsType<TrialFailed>(Assert.Single(context.Of(1)));
        Assert.Equal(FailureClass.Error, first.Class);
        Assert.Contains("active_unit", first.Reason, StringComparison.Ordinal);
        Assert.IsType<TrialFailed>(Assert.Single(context.Of(2)));
        Assert.IsType<TrialFinished>(context.Of(3).Last());
    }

    [Fact]
    public void A_model_that_cannot_be_written_fails_its_trial()
    {
        var folder = NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "model.safetensors"));

        var context = Run(Trial(Small(), folder: folder));

        var failed = Assert.IsType<TrialFailed>(context.Events[^1]);
        Assert.Contains("model.safetensors", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_into_memory_fails_as_that_and_the_next_trial_runs()
    {
        Assert.SkipWhen(File.ReadAllText("/proc/sys/vm/overcommit_memory")
            .StartsWith('1'), "this system promises any amount of memory and kills later");
        // Half a terabyte of noise: refused when it is asked for.
        var huge = Small() with { Objective = new() { Bound = "iwae", K = 1_000_000_000 } };

        var first = Run(Trial(huge));
        var next = Run(Trial(Small()));

        var failed = Assert.IsType<TrialFailed>(Assert.Single(first.Events));
        Assert.True(failed.Class == FailureClass.Oom, failed.Reason);
        Assert.StartsWith(
            "out of memory with 1 trials in one program (vae, 784 pixels, hidden [24], layers [4], batch size 32, 1000000000 "
                + "samples): libtorch: ", failed.Reason, StringComparison.Ordinal);
        // One line, without the stack of libtorch's own calls.
        Assert.DoesNotContain('\n', failed.Reason);
        Assert.DoesNotContain("frame #", failed.Reason, StringComparison.Ordinal);
        Assert.IsType<TrialFinished>(next.Events[^1]);
    }

    [Fact]
    public void Provenance_names_library_processor_and_kernels_in_one_line()
    {
        var found = System.Text.Json.JsonDocument.Parse(Engine.Provenance).RootElement;

        Assert.DoesNotContain('\n', Engine.Provenance);
        Assert.Equal(1, found.GetProperty("threads").GetInt32());
        Assert.NotEqual("unknown", found.GetProperty("processor").GetString());
        Assert.StartsWith(Stack.Libtorch, found.GetProperty("libtorch").GetString(), StringComparison.Ordinal);
        Assert.Equal(Stack.Of("cpu:0"), found.GetProperty("stack").GetString());
        Assert.StartsWith($"numerics {Numerics.Number}, libtorch {Stack.Libtorch}", Stack.Of("cpu:1"), StringComparison.Ordinal);
        Assert.EndsWith(", cuda", Stack.Of("cuda:0"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_remainder_of_images_counts_by_its_images_and_not_as_a_batch()
    {
        // Nothing moves and nothing is drawn, so that an epoch's bound is the mean over its images however they are cut.
        var whole = Small(epochs: 1);
        whole = whole with
        {
            Dataset = whole.Dataset with { Train = 1003 },
            Model = whole.Model with { Posterior = "fixed", PosteriorSd = 1e-6 },
            Train = whole.Train with { BatchSize = 1003, Adam = new() { Lr = 1e-30 } },
            Evaluate = whole.Evaluate with { Metrics = ["test_elbo"] },
        };

        var bounds = new[] { 1003, 100, 501, 1002 }
            .Select(batch => Run(Trial(whole with { Train = whole.Train with { BatchSize = batch } })).Events.OfType<EpochDone>()
                .Single().Report.TrainElbo).ToArray();

        Assert.All(bounds, bound => Assert.Equal(bounds[0], bound, 1e-3));
    }

    [Theory]
    [InlineData("vae", false)]
    [InlineData("vae", true)]
    [InlineData("hvae", false)]
    [InlineData("ladder", true)]
    public void A_last_batch_of_one_image_is_normalised_without_harm(string family, bool heads)
    {
        var config = Small(epochs: 2);
        config = config with
        {
            Dataset = config.Dataset with { Train = 101 },
            Model = config.Model with { Family = family, Layers = family == "vae" ? [4] : [4, 2], Hidden = family == "vae"
                ? [[24]] : [[24], [12]], BatchNorm = true, BatchNormHeads = heads },
            Train = config.Train with { BatchSize = 100 },
        };

        var events = Run(Trial(config)).Events;

        var finished = Assert.IsType<TrialFinished>(events[^1]);
        Assert.All(finished.Evaluations, evaluation => Assert.True(double.IsFinite(evaluation.Value), evaluation.Metric));
        Assert.All(events.OfType<EpochDone>(), done =>
            Assert.True(double.IsFinite(done.Report.TrainElbo) && double.IsFinite(done.Report.GradNorm)));
    }

}
