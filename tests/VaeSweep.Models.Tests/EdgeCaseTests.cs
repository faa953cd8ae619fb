using VaeSweep.Models.Evaluation;

namespace VaeSweep.Models.Tests;

/// <summary>The smallest and the largest of everything, and models that have collapsed.</summary>
public sealed class EdgeCaseTests : TensorTest
{
    public static TheoryData<string, string, string> Smallest()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var bound in ModelNames.Bounds)
        {
            foreach (var prior in ModelNames.Priors)
            {
                foreach (var posterior in ModelNames.Posteriors)
                    data.Add($"vae {posterior}", prior, bound);

                data.Add("ladder", prior, bound);
                data.Add("hvae", prior, bound);
            }

            data.Add("layers", "standard", bound);
            data.Add("layers", "mixture", bound);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Smallest))]
    public void One_unit_one_component_one_sample_and_one_image_train_and_are_measured(string kind, string prior, string bound)
    {
        var words = kind.Split(' ');
        var config = new ModelConfig { Layers = [1], Hidden = [[1]], Prior = prior, PseudoInputs = 1, Flows = 1, FlowHidden = 1,
            Activation = "tanh" };
        config = words[0] == "vae"
            ? config with { Posterior = words[1] }
            : config with { Family = words[0] == "layers" ? "vae" : words[0], Layers = [1, 1], Hidden = [[1], [1]] };
        var hints = new DataHints { PseudoImages = [0, 1, 0, 1, 1] };
        using var model = PackModel.Create(
            config, new ObjectiveConfig { Bound = bound }, 5, [1, 2], CPU, ScalarType.Float32, hints);
        var (x, streams) = (PackTests.Images(2, batch: 1, inputs: 5), PackTests.Streams([1, 2]));

        var terms = PackTests.StepAndGradients(
            model, x, StepGoldenTests.Of([1, 0.5], ScalarType.Float32), model.DrawNoise(1, 1, streams));
        var likelihood = model.LogLikelihood(x, 1, streams);

        // Where the prior is a posterior of standard deviation 0.1, means d apart cost 50 d^2 nats.
        var least = config.Posterior == "fixed" ? -1000 : -100;
        Assert.All(Near.Numbers(terms.Objective), value => Assert.InRange(value, least, 0));
        Assert.All(model.Parameters, p => Assert.All(Near.Numbers(p.Tensor.grad!), g => Assert.True(double.IsFinite(g), p.Name)));
        Assert.All(Near.Numbers(likelihood), value => Assert.InRange(value, least, 0));
        Assert.Equal([2, 3, 5], model.Sample(3, streams).shape);
    }

    [Theory]
    [InlineData("standard", "elbo")]
    [InlineData("mixture", "elbo")]
    [InlineData("vampprior", "iwae")]
    public void With_one_sample_the_importance_weighted_bound_is_the_Monte_Carlo_ELBO(string prior, string bound)
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = prior, PseudoInputs = 3 };
        using var model = PackTests.Build(config, new ObjectiveConfig { Bound = bound }, [1]);
        var x = PackTests.Images(1, batch: 6);

        var terms = model.EvaluateBound(x, model.DrawNoise(6, 1, PackTests.Streams([1])));

        var (l1, elbo) = (Near.Numbers(terms.Importance), Near.Numbers(terms.Elbo));
        // With the standard prior the KL has its closed form, so that they agree on average only.
        Assert.Equal(prior != "standard", l1.Zip(elbo).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1500)]
    public void A_VampPriors_density_is_the_direct_mixtures_however_many_components(int components)
    {
        var config = new ModelConfig { Layers = [3], Hidden = [[8]], Prior = "vampprior", PseudoInputs = components,
            EncoderHead = "hardtanh", Activation = "gated" };
        using var model = PackTests.Build(config, new ObjectiveConfig(), [1, 2], dtype: ScalarType.Float64);
        var (x, streams) = (PackTests.Images(2, batch: 4, dtype: ScalarType.Float64), PackTests.Streams([1, 2]));
        var eps = model.DrawNoise(4, 1, streams);

        var kl = Near.Numbers(model.EvaluateBound(x, eps).Kl);

        var pseudo = model.Parameters.Single(p => p.Name == "prior.pseudo_inputs").Tensor.detach().clamp(0, 1);
        var (q, p) = (model.Posteriors(x)[0], model.Posteriors(pseudo)[0]);
        var z = q.Mean + (q.LogVar * 0.5).exp() * eps[0];
        var direct =
            (-0.5 * (p.LogVar.unsqueeze(1) + (z.unsqueeze(2) - p.Mean.unsqueeze(1)).square() / p.LogVar.exp().unsqueeze(1)
                + Math.Log(2 * Math.PI))).sum([3]);
        var logP = direct.logsumexp(2) - Math.Log(components);
        var logQ = (-0.5 * (q.LogVar + eps[0].square() + Math.Log(2 * Math.PI))).sum([2]);
        Near.Equal(Near.Numbers(logQ - logP), kl, 1e-10, "log q - log p");
    }

    [Fact]
    public void With_one_component_that_is_the_image_itself_a_VampPrior_costs_nothing_on_average()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], Prior = "vampprior_data", PseudoInputs = 1 };
        float[] image = [0, 1, 1, 0, 1];
        using var model = PackModel.Create(
            config, new ObjectiveConfig(), 5, [1], CPU, ScalarType.Float64, new DataHints { PseudoImages = image });
        var x = torch.tensor(image, [1, 1, 5]).to(ScalarType.Float64);

        var kl = model.EvaluateBound(x, model.DrawNoise(1, 7, PackTests.Streams([1]))).Kl;

        Near.Equal([0], kl, 1e-12, "KL");
    }

    [Theory]
    [InlineData("vae")]
    [InlineData("ladder")]
    public void A_collapsed_posterior_has_no_KL_no_active_unit_and_tells_nothing(string family)
    {
        var config = new ModelConfig { Family = family, Layers = family == "vae" ? [3] : [3, 2], Hidden = family == "vae"
            ? [[4]] : [[4], [4]] };
        using var model = PackTests.Build(config, new ObjectiveConfig(), [1]);
        using (no_grad())
        {
            // q = N(0, 1) whatever the image; below a ladder's top the evidence has no precision, so that the merge is the
            // prediction.
            foreach (var (name, tensor) in
                model.Parameters.Where(p =>
                    p.Name.StartsWith("encoder", StringComparison.Ordinal)
                        && !p.Name.Contains("hidden", StringComparison.Ordinal)))
            {
                tensor.fill_(family == "ladder" && name == "encoder.1.logvar.bias" ? 60 : 0);
            }
        }

        var (x, streams) = (PackTests.Images(1, batch: 20), PackTests.Streams([1]));
        using var activity = new UnitActivity();
        using var information = new MutualInformation();

        var terms = model.EvaluateBound(x, model.DrawNoise(20, 1, streams));
        activity.Add(model.PosteriorMeans(x));
        information.Add(model, x, streams);

        Near.Equal(new double[20], terms.Kl, 1e-6, "KL");
        Near.Equal(Near.Numbers(terms.Recon), terms.Elbo, 1e-6, "bound");
        Assert.Equal(0, ActiveUnits.Burda.Count(activity, 0));
        Assert.Equal(0, information.Result()![0], 1e-9);
    }

    [Fact]
    public void A_collapsed_posterior_under_free_bits_is_not_pushed_further()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[3]] };
        using var model = PackTests.Build(config, new ObjectiveConfig { FreeBits = 0.5 }, [1]);
        using (no_grad())
        {
            foreach (var (_, tensor) in
                model.Parameters.Where(p =>
                    p.Name.StartsWith("decoder", StringComparison.Ordinal)
                        || p.Name.StartsWith("encoder.mean", StringComparison.Ordinal)
                || p.Name.StartsWith("encoder.logvar", StringComparison.Ordinal)))
            {
                tensor.zero_();
            }
        }

        PackTests.StepAndGradients(model, PackTests.Images(1, batch: 5), StepGoldenTests.Of([1], ScalarType.Float32),
            model.DrawNoise(5, 1, PackTests.Streams([1])));

        // The decoder ignores z, so only the KL could move the encoder.
        Assert.All(model.Parameters.Where(p => p.Name.StartsWith("encoder", StringComparison.Ordinal)),
            p => Assert.All(Near.Numbers(p.Tensor.grad!), g => Assert.Equal(0, g)));
    }
}
