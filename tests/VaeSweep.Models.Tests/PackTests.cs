using VaeSweep.Models.Evaluation;

namespace VaeSweep.Models.Tests;

/// <summary>What a trial computes does not depend on its pack.</summary>
public sealed class PackTests : TensorTest
{
    private static readonly long[] _seeds = [11, 12, 13];

    /// <summary>Kernels compute a trial alike in any pack, to the bit; TorchSharp's products need not.</summary>
    internal static double Tolerance => TorchRuntime.OwnKernels ? 0 : 2e-5;

    [Theory]
    [InlineData("bernoulli", "elbo", 1, false)]
    [InlineData("bernoulli", "iwae", 3, true)]
    [InlineData("gaussian_softplus", "elbo", 2, true)]
    [InlineData("gaussian", "iwae", 2, false)]
    public void A_pack_of_three_gives_each_trial_what_it_gets_alone(string decoder, string bound, int k, bool batchNorm)
    {
        var (config, objective) = Configure(decoder, bound, k, batchNorm);
        using var pack = Build(config, objective, _seeds);
        var x = Images(3, batch: 7);
        var eps = pack.DrawNoise(7, k, Streams(_seeds));
        var beta = StepGoldenTests.Of([1, 0.5, 0.25], ScalarType.Float32);

        var together = StepAndGradients(pack, x, beta, eps);

        for (var m = 0; m < _seeds.Length; m++)
        {
            using var single = Build(config, objective, [_seeds[m]]);
            var own = single.DrawNoise(7, k, Streams([_seeds[m]]));
            var alone = StepAndGradients(single, x.narrow(0, m, 1), beta.narrow(0, m, 1), own);
            Near.Equal(Near.Numbers(alone.Objective), together.Objective.narrow(0, m, 1), Tolerance, "objective");
            Near.Equal(Near.Numbers(alone.Kl), together.Kl.narrow(0, m, 1), Tolerance, "kl");
            foreach (var (mine, packed) in single.Parameters.Zip(pack.Parameters))
            {
                Near.Equal(Near.Numbers(mine.Tensor), packed.Tensor.narrow(0, m, 1), 0, mine.Name);
                Near.Equal(Near.Numbers(mine.Tensor.grad!), packed.Tensor.grad!.narrow(0, m, 1), Tolerance,
                    $"gradient of {mine.Name}");
            }

            foreach (var (mine, packed) in single.Buffers.Zip(pack.Buffers))
                Near.Equal(Near.Numbers(mine.Tensor), packed.Tensor.narrow(0, m, 1), Tolerance, mine.Name);
        }
    }

    [Theory]
    [InlineData("elbo", false)]
    [InlineData("iwae", true)]
    public void A_NaN_in_one_trial_leaves_the_numbers_of_the_others_untouched(string bound, bool batchNorm)
    {
        var (config, objective) = Configure("bernoulli", bound, 2, batchNorm);
        using var healthy = Build(config, objective, _seeds);
        using var sick = Build(config, objective, _seeds);
        using (no_grad())
            sick.Parameters[0].Tensor.select(0, 1).fill_(double.NaN);

        var x = Images(3, batch: 6);
        var eps = healthy.DrawNoise(6, 2, Streams(_seeds));
        var beta = StepGoldenTests.Of([1, 1, 1], ScalarType.Float32);

        var expected = StepAndGradients(healthy, x, beta, eps);
        var actual = StepAndGradients(sick, x, beta, eps);

        Assert.True(double.IsNaN(Near.Numbers(actual.Objective)[1]));
        foreach (var m in (int[])[0, 2])
        {
            Assert.Equal(Near.Numbers(expected.Objective)[m], Near.Numbers(actual.Objective)[m]);
            foreach (var (good, other) in healthy.Parameters.Zip(sick.Parameters))
                Assert.Equal(Near.Numbers(good.Tensor.grad!.select(0, m)), Near.Numbers(other.Tensor.grad!.select(0, m)));

            foreach (var (good, other) in healthy.Buffers.Zip(sick.Buffers))
                Assert.Equal(Near.Numbers(good.Tensor.select(0, m)), Near.Numbers(other.Tensor.select(0, m)));
        }
    }

    [Fact]
    public void A_log_likelihood_in_a_pack_equals_the_trials_own()
    {
        var (config, objective) = Configure("bernoulli", "elbo", 1, batchNorm: true);
        using var pack = Build(config, objective, _seeds);
        using var single = Build(config, objective, [_seeds[2]]);
        var x = Images(3, batch: 5);

        var together = pack.LogLikelihood(x, samples: 40, Streams(_seeds), chunk: 16);
        var alone = single.LogLikelihood(x.narrow(0, 2, 1), samples: 40, Streams([_seeds[2]]), chunk: 16);

        Near.Equal(Near.Numbers(alone), together.narrow(0, 2, 1), Tolerance, "log-likelihood");
    }

    internal static (ModelConfig Model, ObjectiveConfig Objective) Configure(
        string decoder, string bound, int k, bool batchNorm) => (
        new ModelConfig { Layers = [3], Hidden = [[8, 6]], Activation = "tanh", Decoder = decoder, BatchNorm = batchNorm },
        new ObjectiveConfig { Bound = bound, K = k });

    internal static PackModel Build(ModelConfig model, ObjectiveConfig objective, IReadOnlyList<long> seeds, int inputs = 12,
        ScalarType dtype = ScalarType.Float32) => PackModel.Create(model, objective, inputs, seeds, CPU, dtype);

    internal static Tensor Images(int trials, int batch, int inputs = 12, ScalarType dtype = ScalarType.Float32, ulong seed = 505)
    {
        var stream = new NoiseStream(seed);
        var grey = stream.rand([trials, batch, inputs]);
        return grey.gt(0.5).to(dtype);
    }

    /// <summary>A step and its gradients, with a tape as a trainer computes them, or by TorchSharp alone.</summary>
    internal static StepTerms StepAndGradients(
        PackModel model, Tensor x, Tensor beta, IReadOnlyList<Tensor> eps, bool taped = true)
    {
        using var tape = taped ? new Tape() : null;
        var terms = model.Step(x, beta, eps);
        if (tape is null)
            terms.Loss.backward();
        else
            tape.Backward(terms.Loss);

        return terms;
    }

    internal static IReadOnlyList<NoiseStream> Streams(IReadOnlyList<long> seeds) =>
        [.. seeds.Select(seed => new NoiseStream((ulong)seed + 1000))];
}
