using System.Text.Json.Serialization;
using VaeSweep.Models.Evaluation;

namespace VaeSweep.Models.Tests;

public sealed class UnitActivityTests : TensorTest
{
    private static readonly GoldenActivity _golden = Tests.Golden.Read<GoldenActivity>("activity.json");

    [Theory]
    [InlineData(37)]
    [InlineData(10)]
    [InlineData(1)]
    public void Variance_and_counts_do_not_depend_on_how_images_come_in_batches(int batch)
    {
        using var activity = new UnitActivity();
        var means = _golden.Means.On(ScalarType.Float64);
        var images = (int)_golden.Means.Shape[1];

        for (var done = 0; done < images; done += batch)
            activity.Add([means.narrow(1, done, Math.Min(batch, images - done))]);

        Near.Equal(_golden.Variance.Values, [.. activity.Variance(0, 0), .. activity.Variance(1, 0)], 1e-10, "variance");
        Assert.Equal(_golden.Active001, (int[])[activity.Active(0, 0.01), activity.Active(1, 0.01)]);
        Assert.Equal(_golden.Active01, (int[])[activity.Active(0, 0.1), activity.Active(1, 0.1)]);
    }

    [Fact]
    public void Layers_are_counted_together_and_read_apart()
    {
        using var activity = new UnitActivity();
        var means = _golden.Means.On(ScalarType.Float64);

        activity.Add([means, means.narrow(2, 0, 2)]);

        Assert.Equal(2, activity.Layers);
        Assert.Equal(2, activity.Variance(1, 1).Length);
        Assert.Equal(_golden.Active001[0] + 2, activity.Active(0, 0.01));
    }

    [Fact]
    public void Published_definitions_count_the_same_variances_by_their_own_thresholds()
    {
        using var activity = new UnitActivity();

        activity.Add([_golden.Means.On(ScalarType.Float64)]);

        Assert.Equal(_golden.Active001[1], ActiveUnits.Burda.Count(activity, trial: 1));
        Assert.Equal(_golden.Active01[1], ActiveUnits.BettencourtCraddock.Count(activity, trial: 1));
        Assert.Equal((500, true, true),
            (ActiveUnits.BurdaCode.FirstImages, ActiveUnits.BurdaCode.TrainingImages, ActiveUnits.BurdaCode.FromSamples));
    }

    [Theory]
    [InlineData("vae", 0)]
    [InlineData("ladder", 1)]
    [InlineData("hvae", 1)]
    public void A_sample_of_the_layer_that_others_are_inferred_from_moves_their_means_and_noise_of_zero_none(
        string family, int first)
    {
        var config = new ModelConfig { Family = family, Layers = [3, 2], Hidden = [[5], [4]] };
        using var model = PackTests.Build(config, new ObjectiveConfig(), [1, 2]);
        var x = PackTests.Images(2, batch: 4);
        var eps = model.DrawNoise(4, 1, PackTests.Streams([1, 2]));

        var means = model.PosteriorMeans(x);
        var still = model.PosteriorMeans(x, [.. eps.Select(e => torch.zeros_like(e))]);
        var moved = model.PosteriorMeans(x, eps);

        for (var layer = 0; layer < 2; layer++)
        {
            Assert.Equal(Near.Numbers(means[layer]), Near.Numbers(still[layer]));
            Assert.Equal(layer == first, Near.Numbers(means[layer]).SequenceEqual(Near.Numbers(moved[layer])));
        }
    }

    private sealed record GoldenActivity(
        GoldenTensor Means, GoldenTensor Variance,
        [property: JsonPropertyName("active_001")] int[] Active001, [property: JsonPropertyName("active_01")] int[] Active01);
}
