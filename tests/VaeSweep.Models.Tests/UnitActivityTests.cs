using System.Text.Json.Serialization;
using VaeSweep.Models.Evaluation;

namespace VaeSweep.Models.Tests;

public sealed class UnitActivityTests : TensorTest
{
    private static readonly GoldenActivity Golden = Tests.Golden.Read<GoldenActivity>("activity.json");

    [Theory]
    [InlineData(37)]
    [InlineData(10)]
    [InlineData(1)]
    public void Variance_and_counts_do_not_depend_on_how_images_come_in_batches(int batch)
    {
        using var activity = new UnitActivity();
        var means = Golden.Means.On(ScalarType.Float64);
        var images = (int)Golden.Means.Shape[1];

        for (var done = 0; done < images; done += batch)
        {
            activity.Add([means.narrow(1, done, Math.Min(batch, images - done))]);
        }

        Near.Equal(Golden.Variance.Values, [.. activity.Variance(0, 0), .. activity.Variance(1, 0)], 1e-10, "variance");
        Assert.Equal(Golden.Active001, (int[])[activity.Active(0, 0.01), activity.Active(1, 0.01)]);
        Assert.Equal(Golden.Active01, (int[])[activity.Active(0, 0.1), activity.Active(1, 0.1)]);
    }

    [Fact]
    public void Layers_are_counted_together_and_read_apart()
    {
        using var activity = new UnitActivity();
        var means = Golden.Means.On(ScalarType.Float64);

        activity.Add([means, means.narrow(2, 0, 2)]);

        Assert.Equal(2, activity.Layers);
        Assert.Equal(2, activity.Variance(1, 1).Length);
        Assert.Equal(Golden.Active001[0] + 2, activity.Active(0, 0.01));
    }

    private sealed record GoldenActivity(
        GoldenTensor Means, GoldenTensor Variance,
        [property: JsonPropertyName("active_001")] int[] Active001, [property: JsonPropertyName("active_01")] int[] Active01);
}
