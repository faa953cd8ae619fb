namespace VaeSweep.Sweeps.Tests;

/// <summary>Combinations of model, objective and data that mean nothing, as `plan` tells them.</summary>
public sealed class ModelRuleTests
{
    private static readonly TrialConfig _grey = ConfigSchema.Defaults with
    {
        Dataset = new() { Name = "frey-faces", Binarization = "none" }, Model = new() { Decoder = "logistic" },
    };

    [Fact]
    public void A_models_faults_are_told_at_once_and_each_names_its_paths()
    {
        var model = new ModelConfig { Family = "hvae", Layers = [0, 3, 2], Hidden = [[200, 0]], Prior = "vampprior" };
        var objective = new ObjectiveConfig { Bound = "iwae", FreeBits = 0.5, K = 0 };

        var faults = ModelRules.Faults(model, objective);

        string[] named =
        [
            "model.hidden takes", "model.layers takes", "objective.k takes", "model.family hvae", "model.hidden has widths",
            "objective.bound iwae does not have",
            "model.prior vampprior",
        ];
        Assert.Equal(named.Length, faults.Count);
        Assert.All(named.Zip(faults), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Empty(ModelRules.Faults(new ModelConfig(), new ObjectiveConfig()));
    }

    [Theory]
    [InlineData("planar", "linear", "units", "objective.free_bits_form image")]
    [InlineData("fixed", "softplus", "image", "model.posterior_sd")]
    public void A_posterior_that_cannot_do_what_is_asked_is_refused_with_what_would(
        string posterior, string head, string form, string remedy)
    {
        var model = new ModelConfig { Posterior = posterior, EncoderHead = head };

        var fault = Assert.Single(ModelRules.Faults(model, new ObjectiveConfig { FreeBits = 0.5, FreeBitsForm = form }));

        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_posterior_of_its_own_shape_is_refused_where_layers_are_merged() =>
        Assert.Contains("takes gaussian", Assert.Single(ModelRules.Faults(
            new ModelConfig { Family = "ladder", Layers = [3, 2], Hidden = [[4], [3]], Posterior = "coupling" },
            new ObjectiveConfig())), StringComparison.Ordinal);

    [Theory]
    [InlineData("none", "frey-faces", null)]
    [InlineData("static", "frey-faces", "dataset.binarization static leaves two")]
    [InlineData("none", "caltech101-silhouettes", "caltech101-silhouettes has two")]
    public void A_discretised_logistic_needs_grey_images(string binarization, string dataset, string? fault)
    {
        var config = _grey with { Dataset = new() { Name = dataset, Binarization = binarization } };

        Assert.Equal(fault is null ? 0 : 1, ConfigRule.Faults(config)
            .Count(message => message.Contains(fault ?? "logistic", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("small-norb", "gaussian_softplus", null)]
    [InlineData("small-norb", "logistic", "model.decoder logistic gives probabilities")]
    [InlineData("caltech101-silhouettes", "gaussian", "caltech101-silhouettes is binary")]
    public void Images_are_dequantised_for_densities_of_grey_values_alone(string dataset, string decoder, string? fault)
    {
        var config = _grey with { Dataset = new() { Name = dataset, Binarization = "none", Dequantise = true },
            Model = new() { Decoder = decoder } };

        var faults = ConfigRule.Faults(config)
            .Where(message => message.StartsWith("dataset.dequantise", StringComparison.Ordinal)).ToArray();

        Assert.Equal(fault is null ? 0 : 1, faults.Length);
        Assert.All(faults, message => Assert.Contains(fault!, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Bits_per_dimension_are_refused_of_densities()
    {
        var config = _grey with { Evaluate = new() { Metrics = ["test_bpd"] } };

        Assert.Empty(ConfigRule.Faults(config));
        Assert.Contains("measure test_nll",
            Assert.Single(ConfigRule.Faults(config with { Model = new() { Decoder = "gaussian" } })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaussian", false, false)]
    [InlineData("planar", false, false)]
    [InlineData("planar", true, true)]
    [InlineData("coupling", false, true)]
    public void Mutual_information_is_refused_where_images_have_flows_of_their_own(string posterior, bool amortised, bool refused)
    {
        var config = ConfigSchema.Defaults with
        {
            Model = new() { Posterior = posterior, AmortisedFlows = amortised }, Evaluate = new() { Metrics = ["test_mi"] },
        };

        Assert.Equal(refused, ConfigRule.Faults(config)
            .Any(fault => fault.StartsWith("evaluate.metrics has test_mi", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_learnt_noise_without_a_KL_term_is_warned_of_and_a_fixed_one_is_not()
    {
        var rule = ConfigRule.All.Single(rule => rule.Name == "a fixed posterior without a KL term");
        var plain = ConfigSchema.Defaults with { Objective = new() { Beta = 0 } };

        Assert.True(rule.Warns);
        Assert.Contains("model.posterior fixed", rule.Check(plain), StringComparison.Ordinal);
        Assert.Null(rule.Check(plain with { Model = new() { Posterior = "fixed" } }));
    }

    [Fact]
    public void Options_of_parts_that_a_trial_does_not_have_make_no_other_trial_of_it()
    {
        var plain = TrialConfigJson.ToTrial(ConfigSchema.Defaults).Fingerprint;
        var model = new ModelConfig { OpenBins = true, PosteriorSd = 3, AmortisedFlows = true, FlowHidden = 7,
            PseudoInit = "data" };

        Assert.Equal(plain, TrialConfigJson.ToTrial(ConfigSchema.Defaults with { Model = model }).Fingerprint);
    }

    [Fact]
    public void A_trial_from_before_these_options_keeps_its_fingerprint() =>
        Assert.DoesNotContain("pseudo_init", Identity(ConfigSchema.Defaults with { Model = new() { Prior = "vampprior" } }),
            StringComparison.Ordinal);

    [Fact]
    public void Grey_images_from_before_they_could_be_dequantised_keep_their_fingerprint() =>
        Assert.DoesNotContain("dequantise", Identity(_grey), StringComparison.Ordinal);

    private static string Identity(TrialConfig config) => string.Concat(ConfigSchema.Paths.Select(path =>
        System.Text.Encoding.ASCII.GetString(ConfigFragment.Of(path, path.Get(config)).Identity)));
}
