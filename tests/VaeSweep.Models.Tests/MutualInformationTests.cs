using VaeSweep.Models.Evaluation;

namespace VaeSweep.Models.Tests;

/// <summary>What codes tell about images, against cases where it is known.</summary>
public sealed class MutualInformationTests : TensorTest
{
    [Fact]
    public void Codes_far_apart_tell_everything_and_equal_ones_nothing()
    {
        using var model = Linear(slope: 1000, logVar: 0, trials: 2);
        using (no_grad())
        {
            // The second trial has collapsed.
            model.Parameters.Single(p => p.Name == "encoder.mean.weight").Tensor.select(0, 1).zero_();
        }

        var information = Measure(model, Line(2, 64));

        Assert.Equal(Math.Log(64), information[0], 1e-6);
        Assert.Equal(0, information[1], 1e-9);
    }

    [Fact]
    public void A_linear_Gaussian_code_tells_what_the_closed_form_says()
    {
        // x ~ N(0, 1), z = 2 x + N(0, 1): I = 1/2 log(1 + 4).
        using var model = Linear(slope: 2, logVar: 0, trials: 1);
        var stream = new NoiseStream(4);
        var x = stream.randn([1, 4000, 1], ScalarType.Float64);

        var information = Measure(model, x);

        Assert.Equal(0.5 * Math.Log(5), information[0], 0.05);
    }

    [Fact]
    public void Batches_make_no_difference_but_for_the_noise_that_they_draw()
    {
        using var model = Linear(slope: 1000, logVar: 0, trials: 1);
        var x = Line(1, 50);

        var (whole, parts) = (Measure(model, x), Measure(model, x, batch: 17));

        Assert.Equal(whole[0], parts[0], 1e-6);
    }

    [Theory]
    [InlineData("vae", "fixed", false, 0)]
    [InlineData("vae", "planar", false, 0)]
    [InlineData("vae", "planar", true, null)]
    [InlineData("vae", "coupling", false, null)]
    [InlineData("vae layers", "gaussian", false, 0)]
    [InlineData("ladder", "gaussian", false, 1)]
    [InlineData("hvae", "gaussian", false, 1)]
    public void The_layer_that_is_inferred_from_the_image_alone_is_measured_where_its_density_is_known(
        string family, string posterior, bool amortised, int? layer)
    {
        var config = new ModelConfig { Family = family.Split(' ')[0], Posterior = posterior, AmortisedFlows = amortised,
            Flows = 2, Layers = [3], Hidden = [[5]] };
        if (family != "vae")
            config = config with { Layers = [3, 2], Hidden = [[5], [4]] };

        using var model = PackTests.Build(config, new ObjectiveConfig(), [1, 2]);
        using var information = new MutualInformation();

        var known = information.Add(model, PackTests.Images(2, batch: 20), PackTests.Streams([1, 2]));

        Assert.Equal(layer is not null, known);
        Assert.Equal(layer, information.Layer);
        Assert.Equal(known ? 20 : 0, information.Images);
        if (known)
            Assert.All(information.Result()!, nats => Assert.InRange(nats, -0.5, Math.Log(20)));
    }

    [Fact]
    public void A_measurement_that_is_abandoned_gives_nothing()
    {
        using var model = Linear(slope: 2, logVar: 0, trials: 2);
        using var information = new MutualInformation();
        information.Add(model, Line(2, 9), PackTests.Streams([1, 2]));
        var asked = 0;

        Assert.Null(information.Result(() => asked++ == 1));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Nothing_is_said_without_images()
    {
        using var information = new MutualInformation();

        Assert.Throws<InvalidOperationException>(() => information.Result());
    }

    private static double[] Measure(PackModel model, Tensor x, int batch = 1000)
    {
        using var information = new MutualInformation();
        var streams = PackTests.Streams([.. Enumerable.Range(0, model.Trials).Select(m => (long)m)]);
        for (long start = 0; start < x.size(1); start += batch)
            Assert.True(information.Add(model, x.narrow(1, start, Math.Min(batch, x.size(1) - start)), streams));

        return information.Result()!;
    }

    /// <summary>0, 1, 2, ...</summary>
    private static Tensor Line(int trials, int images) => torch.arange(0, images, 1, ScalarType.Float64).view([1, images, 1])
        .repeat([trials, 1, 1]);

    /// <summary>q(z|x) = N(slope x, exp(logVar)) over one pixel.</summary>
    private static PackModel Linear(double slope, double logVar, int trials)
    {
        var config = new ModelConfig { Layers = [1], Hidden = [[]] };
        var model = PackTests.Build(
            config, new ObjectiveConfig(), [.. Enumerable.Range(0, trials).Select(m => (long)m)], inputs: 1, ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (name, tensor) in model.Parameters)
            tensor.fill_(name switch { "encoder.mean.weight" => slope, "encoder.logvar.bias" => logVar, _ => 0 });

        return model;
    }
}
