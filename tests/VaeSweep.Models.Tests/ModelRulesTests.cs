namespace VaeSweep.Models.Tests;

public sealed class ModelRulesTests : TensorTest
{
    [Fact]
    public void The_default_configuration_has_no_fault() =>
        Assert.Empty(ModelRules.Faults(new ModelConfig(), new ObjectiveConfig()));

    [Fact]
    public void All_faults_are_told_at_once_and_each_names_its_paths()
    {
        var model = new ModelConfig { Family = "hvae", Layers = [0, 3, 2], Hidden = [[200, 0]], Prior = "vampprior" };
        var objective = new ObjectiveConfig { Bound = "iwae", FreeBits = 0.5, K = 0 };

        var faults = ModelRules.Faults(model, objective);

        string[] named = ["model.layers is", "model.hidden has", "model.family hvae", "model.hidden gives", "objective.k", "iwae bound", "model.prior vampprior"];
        Assert.Equal(named.Length, faults.Count);
        foreach (var (name, fault) in named.Zip(faults))
        {
            Assert.Contains(name, fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_that_means_nothing_is_refused_with_the_reasons()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            PackTests.Build(new ModelConfig { Layers = [] }, new ObjectiveConfig(), [1]));

        Assert.Contains("model.layers is []", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("planar", "linear", "units", "objective.free_bits_form image")]
    [InlineData("fixed", "softplus", "image", "model.posterior_sd")]
    public void A_posterior_that_cannot_do_what_is_asked_is_refused_with_what_would(string posterior, string head, string form, string remedy)
    {
        var model = new ModelConfig { Posterior = posterior, EncoderHead = head };

        var fault = Assert.Single(ModelRules.Faults(model, new ObjectiveConfig { FreeBits = 0.5, FreeBitsForm = form }));

        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_posterior_of_its_own_shape_is_refused_where_layers_are_merged() =>
        Assert.Contains("takes gaussian", Assert.Single(ModelRules.Faults(
            new ModelConfig { Family = "ladder", Layers = [3, 2], Hidden = [[4], [3]], Posterior = "coupling" }, new ObjectiveConfig())), StringComparison.Ordinal);

    [Fact]
    public void An_unknown_kind_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            PackTests.Build(new ModelConfig { Layers = [2], Hidden = [[3]], Decoder = "bernouli" }, new ObjectiveConfig(), [1]));

        Assert.Contains("unknown decoder 'bernouli'. Known: bernoulli, gaussian, gaussian_softplus, logistic", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_registered_kind_of_decoder_activation_and_initialisation_builds_and_steps()
    {
        foreach (var decoder in ModelNames.Decoders)
        {
            foreach (var activation in ModelNames.Activations)
            {
                foreach (var init in ModelNames.Initialisations)
                {
                    var config = new ModelConfig { Layers = [1], Hidden = [[4]], Decoder = decoder, Activation = activation, Init = init };
                    using var model = PackTests.Build(config, new ObjectiveConfig(), [1]);
                    var x = PackTests.Images(1, batch: 3);

                    var terms = model.Step(x, StepGoldenTests.Of([1], ScalarType.Float32), model.DrawNoise(3, 1, PackTests.Streams([1])));

                    Assert.True(double.IsFinite(Near.Numbers(terms.Objective)[0]), $"{decoder} {activation} {init}");
                }
            }
        }
    }
}
