using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Tests;

/// <summary>Mixtures as priors. Steps and evaluations with each are among <see cref="StepGoldenTests"/>.</summary>
public sealed class PriorTests : TensorTest
{
    private static readonly GoldenMixture _golden = Tests.Golden.Read<GoldenMixture>("mixture.json");

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-4)]
    public void The_two_product_form_gives_the_mixtures_density(ScalarType dtype, double tolerance)
    {
        var mixture = new GaussianMixture(new Gaussian(_golden.Mean.On(dtype), _golden.Logvar.On(dtype)), dtype);

        var density = mixture.LogDensity(_golden.Z.On(dtype));

        Near.Equal(_golden.Density.Values, density, tolerance, "log p(z)");
    }

    [Fact]
    public void Samples_of_a_mixture_come_from_its_components_in_equal_shares()
    {
        var mean = torch.tensor([-10.0, 0, 30, -100, 0, 300], [2, 3, 1]);
        var logVar = torch.zeros_like(mean);

        var samples = Near.Numbers(GaussianMixture.Sample(new Gaussian(mean, logVar), 6000, PackTests.Streams([1, 2])));

        double[] centres = [-10, 0, 30];
        foreach (var centre in centres)
        {
            Assert.Equal(2000, samples[..6000].Count(z => Math.Abs(z - centre) < 5), 150.0);
            Assert.Equal(2000, samples[6000..].Count(z => Math.Abs(z - 10 * centre) < 6), 150.0);
        }
    }

    [Theory]
    [InlineData("vampprior", 1, "bernoulli")]
    [InlineData("vampprior_data", 4, "bernoulli")]
    [InlineData("mixture", 3, "gaussian")]
    public void Every_prior_generates_images(string prior, int components, string decoder)
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = prior, PseudoInputs = components, Decoder = decoder,
            BatchNorm = true };
        using var model = PackModel.Create(config, new ObjectiveConfig(), 12, [1, 2], CPU, ScalarType.Float32,
            new DataHints { PseudoImages = new float[12 * components] });

        var images = model.Sample(5, PackTests.Streams([1, 2]));

        Assert.Equal([2, 5, 12], images.shape);
        Assert.All(Near.Numbers(images), p => Assert.InRange(p, 0, 1));
    }

    [Fact]
    public void Pseudo_inputs_from_data_are_the_first_images_and_are_not_trained()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = "vampprior_data", PseudoInputs = 2 };
        float[] images = [0, 1, 0, 1, 1, 0, 0, 0, 1];

        using var model = PackModel.Create(config, new ObjectiveConfig(), 3, [1, 2], CPU, ScalarType.Float32,
            new DataHints { PseudoImages = images });

        var pseudo = Assert.Single(model.Buffers);
        Assert.Equal("prior.pseudo_inputs", pseudo.Name);
        Assert.Equal([0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0], Near.Numbers(pseudo.Tensor));
        Assert.DoesNotContain(model.Parameters, p => p.Name.StartsWith("prior", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_few_images_for_the_pseudo_inputs_are_refused()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = "vampprior_data", PseudoInputs = 5 };

        var error = Assert.Throws<ArgumentException>(() =>
            PackModel.Create(config, new ObjectiveConfig(), 3, [1], CPU, ScalarType.Float32,
            new DataHints { PseudoImages = new float[6] }));

        Assert.Contains("model.pseudo_inputs 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 were given", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pseudo_inputs_that_start_at_images_are_trained_and_differ_from_them_by_the_published_noise()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = "vampprior", PseudoInit = "data",
            PseudoInputs = 100 };
        var images = Near.Numbers(PackTests.Images(1, batch: 100, inputs: 20)).Select(v => (float)v).ToArray();

        using var model = PackModel.Create(
            config, new ObjectiveConfig(), 20, [1, 2], CPU, ScalarType.Float32, new DataHints { PseudoImages = images });

        var pseudo = model.Parameters.Single(p => p.Name == "prior.pseudo_inputs").Tensor;
        Assert.Empty(model.Buffers);
        foreach (var m in (int[])[0, 1])
        {
            var noise = Near.Numbers(pseudo.select(0, m)).Zip(images, (p, x) => p - x).ToArray();
            Assert.Equal(0, noise.Average(), 1e-3);
            Assert.Equal(0.01, Math.Sqrt(noise.Average(e => e * e)), 5e-4);
        }
    }

    [Fact]
    public void Learnt_pseudo_inputs_start_where_the_data_set_says()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = "vampprior", PseudoInputs = 500 };

        using var model = PackModel.Create(config, new ObjectiveConfig(), 20, [1], CPU, ScalarType.Float32,
            new DataHints { PseudoInputMean = 0.5, PseudoInputDeviation = 0.02 });

        var values = Near.Numbers(model.Parameters.Single(p => p.Name == "prior.pseudo_inputs").Tensor);
        Assert.Equal(0.5, values.Average(), 0.001);
        Assert.Equal(0.02, Math.Sqrt(values.Average(v => (v - 0.5) * (v - 0.5))), 0.001);
    }

    private sealed record GoldenMixture(GoldenTensor Mean, GoldenTensor Logvar, GoldenTensor Z, GoldenTensor Density);
}
