using System.Diagnostics;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

public sealed class MeasurementTests : TrainingTest
{
    private static readonly string[] _metrics =
    [
        "test_nll", "test_l200", "valid_nll", "test_kl", "test_rate", "test_recon", "test_distortion", "test_mi", "valid_mi",
        "active_units_iwae_code", "epochs", "best_epoch",
    ];

    [Fact]
    public void The_log_likelihood_of_every_image_is_kept_beside_the_model_and_its_mean_is_the_metric()
    {
        var finished = Measured("vae");

        foreach (var (metric, name, images) in
            new[] { ("test_nll", "log-likelihoods-test-s20.npy", 60), ("test_l200", "log-likelihoods-test-s200.npy", 60),
                ("valid_nll", "log-likelihoods-valid-s20.npy", 40) })
        {
            var evaluation = finished.Evaluations.Single(e => e.Metric == metric);
            Assert.Equal(Path.Combine(Path.GetDirectoryName(finished.ModelPath)!, name), evaluation.File);
            var values = ValueFile.Load(evaluation.File!);
            Assert.Equal(images, values.Length);
            Assert.Equal(evaluation.Value, (metric.EndsWith("nll", StringComparison.Ordinal) ? -1 : 1) * values.Average(), 1e-12);
        }

        Assert.All(finished.Evaluations.Where(e => e.Metric is "test_kl" or "epochs" or "test_mi"), e => Assert.Null(e.File));
    }

    [Fact]
    public void Rate_and_distortion_make_the_bound_and_information_is_no_more_than_the_rate()
    {
        var finished = Measured("vae");

        Assert.Equal(Value(finished, "test_kl"), Value(finished, "test_rate"));
        Assert.Equal(-Value(finished, "test_recon"), Value(finished, "test_distortion"));
        Assert.InRange(Value(finished, "test_mi"), 0, Math.Log(60) + 1e-9);
        // I(X;Z) + KL(q(z)||p(z)) = rate; on so few images the estimate has noise of its own.
        Assert.True(Value(finished, "test_mi") < Value(finished, "test_rate") + 0.3,
            $"{Value(finished, "test_mi")} of {Value(finished, "test_rate")}");
        Assert.Equal(4, Value(finished, "epochs"));
        Assert.InRange(Value(finished, "best_epoch"), 1, 4);
        Assert.InRange(Value(finished, "active_units_iwae_code"), 0, 4);
        Assert.Equal(200, finished.Evaluations.Single(e => e.Metric == "active_units_iwae_code").Images);
    }

    [Theory]
    [InlineData("ladder")]
    [InlineData("hvae")]
    public void Layered_models_are_measured_in_the_same_ways(string family)
    {
        var finished = Measured(family);

        Assert.Equal(_metrics.Order(StringComparer.Ordinal), finished.Evaluations.Select(e => e.Metric));
        Assert.All(finished.Evaluations, e => Assert.True(double.IsFinite(e.Value), $"{e.Metric} is {e.Value}"));
    }

    [Fact]
    public void A_pack_keeps_the_values_of_each_trial_in_its_own_folder()
    {
        var configs = new[] { Config("vae"), Config("vae") with { Seed = 2 } };

        var pack = Run([.. configs.Select((config, i) => Trial(config, key: i + 1))]);

        for (var i = 0; i < 2; i++)
        {
            var finished = pack.Of(i + 1).OfType<TrialFinished>().Single();
            var evaluation = finished.Evaluations.Single(e => e.Metric == "test_nll");
            Assert.Equal(Path.GetDirectoryName(finished.ModelPath), Path.GetDirectoryName(evaluation.File));
            Assert.Equal(evaluation.Value, -ValueFile.Load(evaluation.File!).Average(), 1e-12);
        }
    }

    [Fact]
    public void NumPy_reads_what_is_kept()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "no system Python");
        var path = Path.Combine(NewFolder(), "a.npy");
        ValueFile.Save(path, [1.5, -2.25, double.NaN, 1e-300]);

        var start = new ProcessStartInfo(
            "/usr/bin/python3", ["-c", "import sys, numpy; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.tolist())",
                path])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        using var python = Process.Start(start)!;
        var (text, fault) = (python.StandardOutput.ReadToEnd(), python.StandardError.ReadToEnd());
        python.WaitForExit();

        Assert.SkipWhen(fault.Contains("No module named", StringComparison.Ordinal), "no NumPy");
        Assert.Equal("float64 (4,) [1.5, -2.25, nan, 1e-300]", text.Trim());
    }

    [Fact]
    public void A_file_that_is_cut_or_of_another_kind_is_refused()
    {
        var path = Path.Combine(NewFolder(), "a.npy");
        ValueFile.Save(path, [1, 2, 3]);
        var whole = File.ReadAllBytes(path);

        foreach (var length in new[] { 0, 5, 9, 40, whole.Length - 8, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ValueFile.Load(path)).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(0, (whole.Length - 24) % 64);
    }

    [Fact]
    public void A_file_whose_values_have_changed_is_refused()
    {
        var path = Path.Combine(NewFolder(), "a.npy");
        ValueFile.Save(path, [1, 2, 3]);
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 4;
        File.WriteAllBytes(path, bytes);

        var damaged = Assert.Throws<InvalidDataException>(() => ValueFile.Load(path));

        Assert.Equal($"{path} is damaged: its values do not match their checksum.", damaged.Message);
    }

    private TrialFinished Measured(string family) => Run(Trial(Config(family))).Events.OfType<TrialFinished>().Single();

    private static TrialConfig Config(string family)
    {
        var config = Small(epochs: 4);
        return config with
        {
            Model = family == "vae" ? config.Model
                : config.Model with { Family = family, Layers = [4, 2], Hidden = [[24], [12]] },
            Train = config.Train with { Adam = new() { Lr = 3e-3 } },
            Evaluate = new() { Metrics = _metrics, ImportanceSamples = 20 },
        };
    }

    private static double Value(TrialFinished finished, string metric) =>
        finished.Evaluations.Single(e => e.Metric == metric).Value;
}
