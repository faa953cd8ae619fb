namespace VaeSweep.Models.Tests;

/// <summary>What every family of models must do beyond its golden numbers.</summary>
public sealed class FamilyTests : TensorTest
{
    private static readonly long[] _seeds = [21, 22, 23];

    public static TheoryData<string, string, string, bool> Kinds() => new()
    {
        { "vae", "standard", "softplus", true },
        { "vae", "mixture", "gated", false },
        { "ladder", "standard", "leaky_relu", true },
        { "ladder", "vampprior", "tanh", true },
        { "hvae", "vampprior", "gated", false },
        { "hvae", "vampprior_data", "softplus", true },
        { "planar", "vampprior", "softplus", true },
        { "coupling", "standard", "gated", false },
        { "fixed", "mixture", "tanh", false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_pack_gives_each_trial_what_it_gets_alone(string family, string prior, string activation, bool batchNorm)
    {
        var config = Configure(family, prior, activation, batchNorm);
        var objective = new ObjectiveConfig { Bound = "iwae", K = 2 };
        using var pack = Build(config, objective, _seeds);
        using var single = Build(config, objective, [_seeds[1]]);
        var x = PackTests.Images(3, batch: 7);
        // Statistics that pseudo-inputs follow are TorchSharp's sums, which a pack may round otherwise.
        var followed = batchNorm && prior.StartsWith("vampprior", StringComparison.Ordinal);
        var tolerance = followed ? 2e-5 : PackTests.Tolerance;
        var beta = StepGoldenTests.Of([1, 0.5, 0.25], ScalarType.Float32);

        var together = PackTests.StepAndGradients(pack, x, beta, pack.DrawNoise(7, 2, PackTests.Streams(_seeds)));
        var alone = PackTests.StepAndGradients(
            single, x.narrow(0, 1, 1), beta.narrow(0, 1, 1), single.DrawNoise(7, 2, PackTests.Streams([_seeds[1]])));

        Near.Equal(Near.Numbers(alone.Objective), together.Objective.narrow(0, 1, 1), tolerance, "objective");
        foreach (var (mine, packed) in single.Parameters.Zip(pack.Parameters))
        {
            Near.Equal(Near.Numbers(mine.Tensor.grad!), packed.Tensor.grad!.narrow(0, 1, 1), tolerance,
                $"gradient of {mine.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_NaN_in_one_trial_stays_there(string family, string prior, string activation, bool batchNorm)
    {
        var config = Configure(family, prior, activation, batchNorm);
        using var healthy = Build(config, new ObjectiveConfig(), _seeds);
        using var sick = Build(config, new ObjectiveConfig(), _seeds);
        using (no_grad())
            sick.Parameters[0].Tensor.select(0, 1).fill_(double.NaN);

        var x = PackTests.Images(3, batch: 6);
        var beta = StepGoldenTests.Of([1, 1, 1], ScalarType.Float32);
        var eps = healthy.DrawNoise(6, 1, PackTests.Streams(_seeds));

        PackTests.StepAndGradients(healthy, x, beta, eps);
        PackTests.StepAndGradients(sick, x, beta, eps);

        foreach (var (good, other) in healthy.Parameters.Zip(sick.Parameters))
        {
            foreach (var m in (int[])[0, 2])
                Assert.Equal(Near.Numbers(good.Tensor.grad!.select(0, m)), Near.Numbers(other.Tensor.grad!.select(0, m)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ancestral_samples_and_likelihoods_are_finite_and_repeatable(
        string family, string prior, string activation, bool batchNorm)
    {
        using var model = Build(Configure(family, prior, activation, batchNorm), new ObjectiveConfig(), _seeds);
        var x = PackTests.Images(3, batch: 5);

        var images = model.Sample(4, PackTests.Streams(_seeds));
        var first = model.LogLikelihood(x, 20, PackTests.Streams(_seeds));
        var again = model.LogLikelihood(x, 20, PackTests.Streams(_seeds));

        Assert.Equal([3, 4, 12], images.shape);
        Assert.All(Near.Numbers(images), p => Assert.InRange(p, 0, 1));
        Assert.All(Near.Numbers(first), ll => Assert.InRange(ll, -1000, 0));
        Assert.Equal(Near.Numbers(first), Near.Numbers(again));
    }

    [Theory]
    [InlineData("vae")]
    [InlineData("ladder")]
    [InlineData("hvae")]
    public void The_bound_rises_with_its_samples(string family)
    {
        using var model = Build(Configure(family, "standard", "softplus", batchNorm: false), new ObjectiveConfig(), _seeds);
        var x = PackTests.Images(3, batch: 50);
        var streams = PackTests.Streams(_seeds);

        var bounds = new[] { 1, 5, 50 }.Select(s => Near.Numbers(model.LogLikelihood(x, s, streams)).Average()).ToArray();
        var elbo = Near.Numbers(model.EvaluateBound(x, model.DrawNoise(50, 50, streams)).Elbo).Average();

        Assert.True(bounds[0] < bounds[1] && bounds[1] < bounds[2], string.Join(", ", bounds));
        Assert.Equal(elbo, bounds[0], 2.0);
    }

    private static ModelConfig Configure(string kind, string prior, string activation, bool batchNorm) => kind is "planar"
        or "coupling" or "fixed"
        ? Configured("vae", prior, activation, batchNorm) with { Posterior = kind, Layers = [3], Hidden = [[8]], Flows = 2,
            FlowHidden = 4, EncoderHead = "linear" }
        : Configured(kind, prior, activation, batchNorm);

    private static ModelConfig Configured(string family, string prior, string activation, bool batchNorm) => new()
    {
        Family = family, Layers = [4, 2], Hidden = [[8], [6, 5]], Activation = activation, BatchNorm = batchNorm, Prior = prior,
        PseudoInputs = 3,
        EncoderHead = "hardtanh",
    };

    private static PackModel Build(ModelConfig model, ObjectiveConfig objective, IReadOnlyList<long> seeds) =>
        PackModel.Create(model, objective, 12, seeds, CPU, ScalarType.Float32, new DataHints { PseudoImages = new float[36] });
}
