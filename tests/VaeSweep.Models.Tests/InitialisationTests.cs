namespace VaeSweep.Models.Tests;

public sealed class InitialisationTests : TensorTest
{
    [Theory]
    [InlineData("xavier_normal", 300, 200, 2.0 / 500)]
    [InlineData("xavier_uniform", 300, 200, 2.0 / 500)]
    [InlineData("he_normal", 300, 200, 2.0 / 300)]
    public void Weights_have_the_variance_of_their_initialisation_and_biases_are_zero(
        string init, int inputs, int hidden, double variance)
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[hidden]], Init = init };

        using var model = PackTests.Build(config, new ObjectiveConfig(), [7], inputs);

        var weight = Near.Numbers(model.Parameters[0].Tensor);
        Assert.Equal(0, weight.Average(), 3e-3);
        Assert.Equal(1, weight.Average(w => w * w) / variance, 0.03);
        Assert.All(Near.Numbers(model.Parameters[1].Tensor), b => Assert.Equal(0, b));
    }

    [Fact]
    public void Equal_seeds_start_equal_trials_and_other_seeds_other_ones()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]] };

        using var model = PackTests.Build(config, new ObjectiveConfig(), [5, 6, 5]);

        var weight = model.Parameters[0].Tensor;
        Assert.Equal(Near.Numbers(weight.select(0, 0)), Near.Numbers(weight.select(0, 2)));
        Assert.NotEqual(Near.Numbers(weight.select(0, 0)), Near.Numbers(weight.select(0, 1)));
    }

    [Fact]
    public void An_output_bias_starts_at_the_clipped_logit_of_the_training_mean()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]], OutputBias = "training_mean" };

        using var model = PackModel.Create(config, new ObjectiveConfig(), 3, [5, 6], CPU, ScalarType.Float64,
            new DataHints { TrainingMean = [0, 0.25f, 1] });

        var bias = model.Parameters.Single(p => p.Name == "decoder.logits.bias").Tensor;
        double[] expected = [Math.Log(0.001 / 0.999), Math.Log(0.25 / 0.75), Math.Log(0.999 / 0.001)];
        Near.Equal([.. expected, .. expected], bias, 1e-4, "bias");
    }

    [Fact]
    public void An_output_bias_at_the_training_mean_needs_that_mean_and_is_zero_when_nobody_asks_for_it()
    {
        var hints = new DataHints { TrainingMean = [0, 0.25f, 1] };
        var config = new ModelConfig { Layers = [2], Hidden = [[4]] };

        using var plain = PackModel.Create(config, new ObjectiveConfig(), 3, [5], CPU, ScalarType.Float32, hints);
        var error = Assert.Throws<ArgumentException>(() =>
            PackTests.Build(config with { OutputBias = "training_mean" }, new ObjectiveConfig(), [5]));

        Assert.All(Near.Numbers(plain.Parameters.Single(p => p.Name == "decoder.logits.bias").Tensor),
            bias => Assert.Equal(0, bias));
        Assert.Contains("model.output_bias training_mean", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_and_decoded_images_are_means_of_pixels()
    {
        var config = new ModelConfig { Layers = [2], Hidden = [[4]] };
        using var model = PackTests.Build(config, new ObjectiveConfig(), [5, 6]);

        var samples = model.Sample(9, PackTests.Streams([5, 6]));

        Assert.Equal([2, 9, 12], samples.shape);
        Assert.All(Near.Numbers(samples), p => Assert.InRange(p, 0, 1));
        Assert.False(samples.requires_grad);
    }
}
