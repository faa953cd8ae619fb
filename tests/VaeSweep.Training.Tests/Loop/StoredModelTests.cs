using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests;

public sealed class StoredModelTests : TrainingTest
{
    [Theory]
    [InlineData("vae")]
    [InlineData("vae deep")]
    [InlineData("hvae")]
    [InlineData("ladder")]
    [InlineData("vampprior")]
    [InlineData("vampprior_data")]
    public void A_stored_model_measures_what_its_trainer_measured(string kind)
    {
        var config = Kind(kind);
        var finished = Run(Trial(config)).Events.OfType<TrialFinished>().Single();
        var test = Test(config);

        using var model = StoredModel.Open(finished.ModelPath);

        var likelihoods = model.LogLikelihoods(test, 20, TrialStreams.OfFinal(config.Seed, SplitKind.Test, 20).Key);
        Assert.Equal(60, likelihoods.Length);
        Assert.Equal(finished.Evaluations.Single(e => e.Metric == "test_nll").Value, -likelihoods.Average(), 1e-9);
        var active = finished.Evaluations.Single(e => e.Metric == "active_units").Value;
        var layers = model.Encode(test);
        Assert.Equal(config.Model.Layers, layers.Select(layer => layer.Units));
        Assert.Equal(active, layers.Sum(layer => Enumerable.Range(0, layer.Units).Count(unit => Variance(layer, unit) > 0.01)));
    }

    [Theory]
    [InlineData("vae", 1)]
    [InlineData("hvae", 2)]
    [InlineData("ladder", 1)]
    public void Decoding_the_drawn_latents_gives_the_drawn_images(string kind, int needed)
    {
        var finished = Run(Trial(Kind(kind))).Events.OfType<TrialFinished>().Single();
        using var model = StoredModel.Open(finished.ModelPath);

        var latents = model.SampleLatents(7, seed: 3);
        var images = model.Sample(7, seed: 3);

        Assert.Equal(7 * model.Pixels, images.Length);
        Assert.All(images, value => Assert.InRange(value, 0f, 1f));
        Assert.Equal(images, model.Decode([.. latents.Take(needed)]));
        Assert.NotEqual(images, model.Sample(7, seed: 4));
    }

    [Fact]
    public void Drawn_encodings_spread_around_the_means_by_the_variances()
    {
        var config = Kind("vae");
        using var model = StoredModel.Open(Run(Trial(config)).Events.OfType<TrialFinished>().Single().ModelPath);
        var image = Test(config).AsSpan(0, model.Pixels).ToArray();
        float[] copies = [.. Enumerable.Repeat(image, 4000).SelectMany(values => values)];

        var drawn = model.EncodeSamples(copies, seed: 5)[0];

        var q = model.Encode(image)[0];
        for (var unit = 0; unit < q.Units; unit++)
        {
            var values = Enumerable.Range(0, 4000).Select(row => (double)drawn[(row * q.Units) + unit]).ToArray();
            var deviation = Math.Exp(q.LogVars[unit] / 2);
            Assert.Equal(q.Means[unit], values.Average(), 5 * deviation / Math.Sqrt(4000));
            Assert.Equal(1, values.Average(value => Math.Pow((value - q.Means[unit]) / deviation, 2)), 0.15);
        }
    }

    [Fact]
    public void Pseudo_inputs_are_those_of_the_prior_and_others_have_none()
    {
        var data = Kind("vampprior_data");
        using var model = StoredModel.Open(Run(Trial(data)).Events.OfType<TrialFinished>().Single().ModelPath);
        using var plain = StoredModel.Open(Run(Trial(Kind("vae"))).Events.OfType<TrialFinished>().Single().ModelPath);

        var first = new float[6 * model.Pixels];
        BatchGatherer.Convert(DatasetStore.FromEnvironment().Load(data.Dataset).Train.Pixels.Span[..first.Length], first);

        Assert.Equal(first, model.PseudoInputs());
        Assert.Null(plain.PseudoInputs());
    }

    [Fact]
    public void A_checkpoint_opens_with_its_configuration_and_with_no_other()
    {
        var config = Kind("vae");
        var context = Run(Trial(config));
        var (checkpoint, finished) = (context.LastCheckpoint(1)!, context.Events.OfType<TrialFinished>().Single().ModelPath);

        using var a = StoredModel.Open(checkpoint, config);
        using var b = StoredModel.Open(finished, config);

        Assert.Equal(a.Sample(3, 1), b.Sample(3, 1));
        var other = config with { Seed = 99 };
        Assert.Contains("another configuration",
            Assert.Throws<CheckpointException>(() => StoredModel.Open(finished, other)).Message, StringComparison.Ordinal);
        Assert.Contains("belongs to the configuration",
            Assert.Throws<CheckpointException>(() => StoredModel.Open(checkpoint, other)).Message, StringComparison.Ordinal);
        Assert.Contains("give the trial's", Assert.Throws<CheckpointException>(() => StoredModel.Open(checkpoint)).Message,
            StringComparison.Ordinal);
        var missing = Path.Combine(NewFolder(), "model.safetensors");
        Assert.Contains(missing, Assert.Throws<CheckpointException>(() => StoredModel.Open(missing)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_sizes()
    {
        using var model = StoredModel.Open(Run(Trial(Kind("hvae"))).Events.OfType<TrialFinished>().Single().ModelPath);

        Assert.Contains("785 values", Assert.Throws<ArgumentException>(() => model.Encode(new float[785])).Message,
            StringComparison.Ordinal);
        Assert.Contains("decodes from 2 of its 2", Assert.Throws<ArgumentException>(() => model.Decode(new float[8])).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 rows of 2", Assert.Throws<ArgumentException>(() => model.Decode(new float[8], new float[6])).Message,
            StringComparison.Ordinal);
    }

    private static TrialConfig Kind(string kind)
    {
        var config = Small(epochs: 2);
        var single = config.Model;
        return config with
        {
            Model = kind switch
            {
                "vae" => single,
                "vampprior" or "vampprior_data" => single with { Prior = kind, PseudoInputs = 6 },
                _ => single with { Family = kind.Split(' ')[0], Layers = [4, 2], Hidden = [[24], [12]],
                    BatchNorm = kind == "ladder" },
            },
        };
    }

    private static float[] Test(TrialConfig config)
    {
        var pixels = DatasetStore.FromEnvironment().Load(config.Dataset).Test.Pixels;
        var images = new float[pixels.Length];
        BatchGatherer.Convert(pixels.Span, images);
        return images;
    }

    private static double Variance(LayerPosterior layer, int unit)
    {
        var means = layer.Means.Where((_, i) => i % layer.Units == unit).Select(mean => (double)mean).ToArray();
        return means.Average(mean => mean * mean) - Math.Pow(means.Average(), 2);
    }
}
