using System.Runtime.InteropServices;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests;

public sealed class ModelKindTests : TrainingTest
{
    /// <summary>Kind, and whether the KL of the top layer has a term for each unit.</summary>
    public static TheoryData<string, bool> Kinds => new()
    {
        { "vampprior", false },
        { "vampprior_data", false },
        { "mixture", false },
        { "vae", true },
        { "ladder", true },
        { "hvae", true },
        { "ladder vampprior", false },
        { "hvae vampprior", false },
        { "gated hardtanh", true },
        { "ladder softplus batch_norm", true },
        { "planar", false },
        { "coupling vampprior", false },
        { "fixed", true },
        { "ladder published", true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_model_is_trained_measured_and_reported_layer_by_layer(string kind, bool unitsOfTop)
    {
        var config = Small(epochs: 2) with { Model = Model(kind) };

        var events = Run(Trial(config)).Events;

        var finished = Assert.IsType<TrialFinished>(events[^1]);
        Assert.Equal(config.Evaluate.Metrics.Count, finished.Evaluations.Count);
        Assert.All(finished.Evaluations, evaluation => Assert.True(double.IsFinite(evaluation.Value), evaluation.Metric));
        var reports = events.OfType<EpochDone>().Select(done => done.Report).ToArray();
        Assert.True(reports[1].TrainElbo > reports[0].TrainElbo, $"{reports[0].TrainElbo} to {reports[1].TrainElbo}");
        Assert.All(reports, report =>
        {
            Assert.Equal(config.Model.Layers, report.Units.Select(layer => layer.Activity.Count));
            Assert.Equal(config.Model.Layers, report.Units.Select(layer => layer.Kl.Count));
            Assert.All(report.Units.SelectMany(layer => layer.Activity), activity => Assert.True(activity >= 0));
            Assert.All(report.Units.SkipLast(1).SelectMany(layer => layer.Kl), kl => Assert.True(double.IsFinite(kl)));
            Assert.All(report.Units[^1].Kl, kl => Assert.Equal(unitsOfTop, double.IsFinite(kl)));
            Assert.Equal(report.ActiveUnits, report.Units.Sum(layer => layer.Activity.Count(activity => activity > 0.01)));
            Assert.Equal(report.TestElbo, report.TestRecon - report.TestKl, 1e-9);
        });
        if (unitsOfTop)
            Assert.All(reports, report => Assert.Equal(report.TestKl, report.Units.Sum(layer => layer.Kl.Sum()), 1e-4));
    }

    [Fact]
    public void Grey_values_are_measured_in_bits_per_pixel_of_the_same_likelihood()
    {
        var config = Small(epochs: 6);
        config = config with
        {
            Model = config.Model with { Decoder = "logistic", OpenBins = true, OutputBias = "training_mean" },
            Evaluate = config.Evaluate with { Metrics = ["test_bpd", "test_nll"] },
        };

        var finished = Assert.IsType<TrialFinished>(Run(Trial(config)).Events[^1]);

        var values = finished.Evaluations.ToDictionary(evaluation => evaluation.Metric);
        Assert.Equal(values["test_nll"].Value / (784 * Math.Log(2)), values["test_bpd"].Value, 1e-12);
        Assert.Equal(20, values["test_bpd"].Samples);
        // Eight bits say any grey value without a model.
        Assert.InRange(values["test_bpd"].Value, 0, 8);
    }

    [Fact]
    public void Dequantised_images_have_a_density_and_are_the_same_wherever_they_are_kept()
    {
        var config = Small(epochs: 2);
        config = config with
        {
            Dataset = config.Dataset with { Dequantise = true },
            Model = config.Model with { Decoder = "gaussian_softplus", OutputBias = "training_mean" },
            Evaluate = config.Evaluate with { Metrics = ["test_nll"] },
        };
        var images = DatasetStore.FromEnvironment().Load(config.Dataset).Test.Images;
        var converted = new float[images.Count * images.Dimensions];
        images.Convert(0, images.Count, converted);

        var finished = Assert.IsType<TrialFinished>(Run(Trial(config)).Events[^1]);
        using var resident = ImageBatches.Resident(images, CPU);

        Assert.True(double.IsFinite(finished.Evaluations[0].Value));
        Assert.Equal(converted, resident.Values<float>());
    }

    [Theory]
    [InlineData("vae", true)]
    [InlineData("ladder", true)]
    [InlineData("planar", true)]
    [InlineData("coupling", false)]
    public void What_codes_tell_of_their_images_is_measured_where_it_is_known(string kind, bool known)
    {
        var config = Small(epochs: 2) with { Model = Model(kind) };
        config = config with { Evaluate = config.Evaluate with { Metrics = ["test_mi", "test_kl", "active_units_iwae_code"] } };

        var finished = Assert.IsType<TrialFinished>(Run(Trial(config)).Events[^1]);

        var values = finished.Evaluations.ToDictionary(evaluation => evaluation.Metric);
        Assert.Equal(known, double.IsFinite(values["test_mi"].Value));
        if (known)
        {
            // The rate is the information and what the aggregate has apart from the prior, up to the noise of 60 codes.
            Assert.InRange(values["test_mi"].Value, -0.2, Math.Min(Math.Log(60), values["test_kl"].Value + 0.2));
        }

        Assert.InRange(values["active_units_iwae_code"].Value, 0, config.Model.Layers.Sum());
        Assert.Equal(200, values["active_units_iwae_code"].Images);
        Assert.Equal(60, values["test_mi"].Images);
    }

    [Fact]
    public void Statistics_of_a_full_pass_replace_the_running_ones_for_the_measurements()
    {
        var config = Small(epochs: 2);
        config = config with { Model = config.Model with { BatchNorm = true },
            Evaluate = config.Evaluate with { Metrics = ["test_elbo"] } };

        var running = Assert.IsType<TrialFinished>(Run(Trial(config)).Events[^1]);
        var renewed = Assert.IsType<TrialFinished>(
            Run(Trial(config with { Model = config.Model with { BatchNormStatistics = "full_pass" } })).Events[^1]);

        Assert.NotEqual(running.Evaluations[0].Value, renewed.Evaluations[0].Value);
        // After twelve steps running averages have forgotten a third of where they began: the pass knows better.
        Assert.True(renewed.Evaluations[0].Value > running.Evaluations[0].Value,
            $"{running.Evaluations[0].Value} to {renewed.Evaluations[0].Value}");
        Assert.Equal(Saved(running, "encoder.hidden.0.weight"), Saved(renewed, "encoder.hidden.0.weight"));
    }

    [Fact]
    public void Learnt_pseudo_inputs_move_and_those_from_data_are_the_first_training_images()
    {
        var images = DatasetStore.FromEnvironment().Load(Small().Dataset).Train;
        var first = new float[6 * images.Dimensions];
        BatchGatherer.Convert(images.Pixels.Span[..first.Length], first);

        var (learnt, longer, fromData) =
            (Saved("vampprior", epochs: 1), Saved("vampprior", epochs: 2), Saved("vampprior_data", epochs: 2));

        Assert.NotEqual(learnt, longer);
        Assert.Equal(first, fromData);
    }

    [Fact]
    public void More_pseudo_inputs_than_the_images_of_the_chosen_classes_fail_the_trial_and_not_its_job()
    {
        var config = Small(epochs: 1);
        // All sprites of one class: how many there are is known only once the images are.
        config = config with
        {
            Dataset = config.Dataset with { Classes = [0], Train = null },
            Model = config.Model with { Prior = "vampprior_data", PseudoInputs = 5_999 },
        };

        var context = Run(Trial(config, key: 1), Trial(Small(epochs: 1), key: 2));

        var failed = Assert.IsType<TrialFailed>(Assert.Single(context.Of(1)));
        Assert.StartsWith("model.pseudo_inputs 5999 is more than the", failed.Reason, StringComparison.Ordinal);
        Assert.IsType<TrialFinished>(context.Of(2).Last());
    }

    private float[] Saved(string kind, int epochs)
    {
        var finished = Run(Trial(Small(epochs: epochs) with { Model = Model(kind) })).Events.OfType<TrialFinished>().Single();
        return Saved(finished, "prior.pseudo_inputs");
    }

    private static float[] Saved(TrialFinished finished, string name) =>
        MemoryMarshal.Cast<byte, float>(
            SafetensorsFile.Load(finished.ModelPath).Tensors.Single(tensor => tensor.Name == name).Data).ToArray();

    private static ModelConfig Model(string kind)
    {
        var words = kind.Split(' ');
        var single = Small().Model;
        var family = words.FirstOrDefault(word => word is "vae" or "ladder" or "hvae");
        var model = family is null ? single : single with { Family = family, Layers = [4, 2], Hidden = [[24], [12]] };
        return model with
        {
            Prior = words.FirstOrDefault(word => word.StartsWith("vampprior", StringComparison.Ordinal) || word == "mixture")
                ?? "standard",
            PseudoInputs = 6,
            Activation = words.Contains("gated") ? "gated" : "softplus",
            EncoderHead = words.Contains("published")
                ? "softplus" : words.FirstOrDefault(word => word is "hardtanh" or "softplus") ?? "linear",
            BatchNorm = words.Contains("batch_norm") || words.Contains("published"),
            Posterior = words.FirstOrDefault(word => word is "planar" or "coupling" or "fixed") ?? "gaussian",
            FlowHidden = 8,
            BatchNormHeads = words.Contains("published"),
            ShareTopDown = !words.Contains("published"),
            MeanOnlyUp = words.Contains("published"),
            VarianceFloor = words.Contains("published") ? 1e-5 : 0,
        };
    }
}
