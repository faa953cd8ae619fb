using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace VaeSweep.Models.Tests;

/// <summary>The same training in PyTorch (reference/train_vae.py) and here, on real MNIST: curves agree within their spread over
/// seeds.</summary>
/// <remarks>The two share no random numbers, so nothing can agree better than seeds do among themselves.</remarks>
public sealed class CurveAgreementTests : TensorTest
{
    private const int TrainImages = 1000;
    private const int TestImages = 500;
    private const int Epochs = 4;
    private const int Batch = 25;
    private const int Samples = 50;
    private static readonly long[] _seeds = [1, 2, 3, 4, 5, 6];
    private static readonly string[] _curves =
        ["train_objective", "train_elbo", "train_recon", "train_kl", "test_elbo", "test_nll"];

    [Theory]
    [InlineData("elbo", 1, "softplus", false, "standard", 0, "bernoulli")]
    [InlineData("iwae", 5, "tanh", true, "standard", 3, "bernoulli")]
    [InlineData("elbo", 1, "tanh", false, "vampprior", 3, "bernoulli")]
    [InlineData("elbo", 1, "softplus", false, "standard", 0, "gaussian")]
    public void Curves_agree_with_PyTorchs_within_their_spread_over_seeds(
        string bound, int k, string activation, bool batchNorm, string prior, int warmup, string decoder)
    {
        var model = new ModelConfig
        {
            Layers = [10], Hidden = [[100]], Activation = activation, BatchNorm = batchNorm, Prior = prior, PseudoInputs = 20,
            Decoder = decoder,
        };
        var objective = new ObjectiveConfig { Bound = bound, K = k, WarmupEpochs = warmup };

        var ours = Train(model, objective);
        var theirs = _seeds.Select(seed => Reference(model, objective, seed)).ToList();

        foreach (var curve in _curves)
        {
            var (a, b) = (ours.Select(run => run[curve]).ToArray(), theirs.Select(run => run[curve]).ToArray());
            var spread = Math.Sqrt((Variance(a) + Variance(b)) / 2);
            var gap = Math.Abs(a.Average() - b.Average());
            // Four standard errors of a difference of means; spreads of few seeds are themselves uncertain, hence the floor.
            Assert.True(gap < 4 * Math.Max(spread, 0.3) * Math.Sqrt(2.0 / _seeds.Length),
                $"{curve}: ours {string.Join(" ", a.Select(v => v.ToString("F2")))}, "
                    + $"PyTorch's {string.Join(" ", b.Select(v => v.ToString("F2")))}");
        }
    }

    private static double Variance(double[] values) =>
        values.Sum(v => (v - values.Average()) * (v - values.Average())) / (values.Length - 1);

    /// <summary>All seeds as one pack; the last epoch's curves and the log-likelihood of each.</summary>
    private static List<Dictionary<string, double>> Train(ModelConfig config, ObjectiveConfig objective)
    {
        var grey = MnistSubset.Read("train-images-idx3-ubyte.gz", TrainImages);
        // Each seed has its own binarisation and order, on both sides: one that all share would shift a whole side by more than
        // its spread.
        var bits = _seeds.Select(seed => new NoiseStream(Key(1, seed))).ToArray();
        var test = Binary(MnistSubset.Read("t10k-images-idx3-ubyte.gz", TestImages), bits);
        using var model = PackModel.Create(
            config, objective, 784, [.. _seeds.Select(seed => unchecked((long)Key(2, seed)))], CPU, ScalarType.Float32);
        using var adam = new Adam([.. model.Parameters.Select(p => p.Tensor)], [.. _seeds.Select(_ => new AdamOptions())]);
        var streams = _seeds.Select(seed => new NoiseStream(Key(3, seed))).ToArray();
        using var last = torch.zeros([4, _seeds.Length], ScalarType.Float64).DetachFromDisposeScope();
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            var weight = objective.WarmupEpochs > 0 ? Math.Min(1.0, (epoch - 1) / (double)objective.WarmupEpochs) : 1;
            var beta = torch.full([_seeds.Length], weight);
            var images = Binary(grey, bits);
            var shuffled = torch.stack(
                [.. bits.Select((stream, m) => images.select(0, m).index_select(0, stream.rand([TrainImages]).argsort()))]);
            last.zero_();
            for (var start = 0; start < TrainImages; start += Batch)
            {
                using var scope = NewDisposeScope();
                var x = shuffled.narrow(1, start, Batch);
                var terms = PackTests.StepAndGradients(model, x, beta, model.DrawNoise(Batch, objective.K, streams));
                adam.step();
                last.add_(torch.stack([terms.Objective, terms.Elbo, terms.Recon, terms.Kl])
                    .to(ScalarType.Float64), (double)Batch / TrainImages);
            }
        }

        var curves = Near.Numbers(last);
        var elbo = Near.Numbers(model.EvaluateBound(test, model.DrawNoise(TestImages, 1, streams)).Elbo.mean([1]));
        var likelihood = Near.Numbers(model.LogLikelihood(test, Samples, streams).mean([1]));
        return [.. _seeds.Select((_, m) => new Dictionary<string, double>
        {
            ["train_objective"] = curves[m], ["train_elbo"] = curves[_seeds.Length + m],
            ["train_recon"] = curves[2 * _seeds.Length + m],
            ["train_kl"] = curves[3 * _seeds.Length + m], ["test_elbo"] = elbo[m], ["test_nll"] = -likelihood[m],
        })];
    }

    /// <summary>Of a stream of a seed's own: far apart, as a trainer's keys are.</summary>
    private static ulong Key(ulong stream, long seed) => unchecked(((stream << 32) | (ulong)seed) * 0x9E3779B97F4A7C15);

    /// <returns>[M, images, D], each trial's from its own stream.</returns>
    private static Tensor Binary(Tensor grey, IReadOnlyList<NoiseStream> bits) =>
        torch.stack([.. bits.Select(stream => stream.rand(grey.shape).lt(grey).to(grey.dtype))]);

    private static Dictionary<string, double> Reference(ModelConfig model, ObjectiveConfig objective, long seed)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "reference", "train_vae.py"), "--train", $"{TrainImages}", "--test",
            $"{TestImages}",
            "--epochs", $"{Epochs}", "--every", $"{Epochs}", "--batch-size", $"{Batch}", "--importance-samples", $"{Samples}",
            "--latent", $"{model.Layers[0]}", "--hidden", $"{model.Hidden[0][0]}", "--activation", model.Activation, "--decoder",
            model.Decoder,
            "--prior", model.Prior, "--pseudo-inputs", $"{model.PseudoInputs}", "--bound", objective.Bound, "--k",
            $"{objective.K}",
            "--warmup-epochs", $"{objective.WarmupEpochs}", "--seed", seed.ToString(CultureInfo.InvariantCulture), "--data-seed",
            seed.ToString(CultureInfo.InvariantCulture),
            .. model.BatchNorm ? (string[])["--batch-norm"] : [],
        ];
        using var python = Process.Start(
            new ProcessStartInfo(Python(), arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = python.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
        return lines[^2..].SelectMany(line => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line)!)
            .Where(pair => _curves.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value.GetDouble());
    }

    /// <summary>A Python with PyTorch; skips on a desk without, fails where CI promises it.</summary>
    private static string Python()
    {
        foreach (var candidate in (string[])["/usr/bin/python3", "python3"])
        {
            using var probe = Process.Start(
                new ProcessStartInfo(candidate, ["-c", "import torch"]) { RedirectStandardError = true,
                    UseShellExecute = false });
            probe!.WaitForExit();
            if (probe.ExitCode == 0)
                return candidate;
        }

        Assert.False(Environment.GetEnvironmentVariable("CI") == "true",
            "CI promises a Python with PyTorch (Debian's python3-torch).");
        Assert.Skip("No Python with PyTorch: apt-get install python3-torch.");
        return "";
    }
}
