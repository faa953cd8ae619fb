namespace VaeSweep.Models.Tests;

public sealed class ModelRulesTests : TensorTest
{
    [Fact]
    public void A_model_that_means_nothing_is_refused_with_the_reasons()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            PackTests.Build(new ModelConfig { Layers = [] }, new ObjectiveConfig(), [1]));

        Assert.Contains("model.layers takes a list of whole numbers", error.Message, StringComparison.Ordinal);
        Assert.Contains("; found [].", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_kind_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            PackTests.Build(new ModelConfig { Layers = [2], Hidden = [[3]], Decoder = "bernouli" }, new ObjectiveConfig(), [1]));

        Assert.Contains("unknown decoder 'bernouli'. Known: bernoulli, gaussian, gaussian_softplus, logistic", error.Message,
            StringComparison.Ordinal);
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
                    var config = new ModelConfig { Layers = [1], Hidden = [[4]], Decoder = decoder, Activation = activation,
                        Init = init };
                    using var model = PackTests.Build(config, new ObjectiveConfig(), [1]);
                    var x = PackTests.Images(1, batch: 3);

                    var terms = model.Step(x, StepGoldenTests.Of([1], ScalarType.Float32),
                        model.DrawNoise(3, 1, PackTests.Streams([1])));

                    Assert.True(double.IsFinite(Near.Numbers(terms.Objective)[0]), $"{decoder} {activation} {init}");
                }
            }
        }
    }

    [Fact]
    public void Every_combination_that_the_rules_accept_builds_and_steps()
    {
        IReadOnlyList<int>[] layers = [[4], [4, 2], [4, 3, 2]];
        var combinations =
            from family in ModelNames.Families
            from prior in ModelNames.Priors
            from latent in layers
            from bound in ModelNames.Bounds
            from freeBits in new[] { "off", "units", "image" }
            from posterior in ModelNames.Posteriors
            from head in new[] { "linear", "exp" }
            from klForm in new[] { "closed_form", "monte_carlo" }
            let model = new ModelConfig
            {
                Family = family, Prior = prior, PseudoInputs = 2, Layers = latent,
                Hidden = [.. latent.Select(_ => (IReadOnlyList<int>)[5])],
                Posterior = posterior, EncoderHead = head, Flows = 1, FlowHidden = 2,
            }
            let objective = new ObjectiveConfig
            {
                Bound = bound, FreeBits = freeBits == "off" ? 0 : 0.5, FreeBitsForm = freeBits == "image"
                    ? "image" : "units", KlForm = klForm,
            }
            where ModelRules.Faults(model, objective).Count == 0
            select (model, objective);
        var hints = new DataHints { PseudoImages = [.. Enumerable.Range(0, 12).Select(i => i % 2f)] };

        var accepted = 0;
        foreach (var (config, objective) in combinations)
        {
            using var scope = torch.NewDisposeScope();
            using var model = PackModel.Create(config, objective, 6, [1], CPU, ScalarType.Float32, hints);
            var x = PackTests.Images(1, batch: 3, inputs: 6);

            var terms = model.Step(x, StepGoldenTests.Of([1], ScalarType.Float32), model.DrawNoise(3, 1, PackTests.Streams([1])));

            Assert.True(double.IsFinite(Near.Numbers(terms.Objective)[0]), $"{config} {objective}");
            accepted++;
        }

        Assert.True(accepted > 300, $"only {accepted} combinations are accepted");
    }
}
