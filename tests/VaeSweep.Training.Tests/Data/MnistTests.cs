using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>The real MNIST of VAESWEEP_DATA.</summary>
public class MnistTests
{
    [Fact]
    public void Real_MNIST_has_the_published_images_and_labels()
    {
        var mnist = TestData.Real("mnist").Load(new DatasetConfig { Name = "mnist", Binarization = "none" });

        Assert.Equal((60_000, 10_000), (mnist.Train.Count, mnist.Test.Count));
        Assert.Equal((28, 28, 784), (mnist.Height, mnist.Width, mnist.Dimensions));
        Assert.Null(mnist.Valid);
        Assert.Equal(33.318421, TestData.Mean(mnist.Train), 6);
        Assert.Equal(33.791224, TestData.Mean(mnist.Test), 6);
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], TestData.Histogram(mnist.Train));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], TestData.Histogram(mnist.Test));
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], mnist.Train.Labels![..10]);
    }

    [Fact]
    public void Digits_1_to_5_are_chosen_before_they_are_counted()
    {
        var store = TestData.Real("mnist");
        var all = store.Load(new DatasetConfig { Name = "mnist", Binarization = "none", Classes = [1, 2, 3, 4, 5] });

        var some = store.Load(
            new DatasetConfig { Name = "mnist", Binarization = "none", Classes = [5, 4, 3, 2, 1], Train = 1_000, Valid = 500,
                Test = 100 });

        Assert.Equal(6742 + 5958 + 6131 + 5842 + 5421, all.Train.Count);
        Assert.Equal(1135 + 1032 + 1010 + 982 + 892, all.Test.Count);
        Assert.All(all.Train.Labels!, label => Assert.InRange(label, 1, 5));
        Assert.Equal((1_000, 500, 100), (some.Train.Count, some.Valid!.Count, some.Test.Count));
        Assert.Equal(all.Train.Labels![..1_000], some.Train.Labels);
        Assert.Equal(all.Train.Labels![^500..], some.Valid.Labels);
        Assert.True(all.Train.Image(999).SequenceEqual(some.Train.Image(999)));
        Assert.True(all.Train.Image(all.Train.Count - 500).SequenceEqual(some.Valid.Image(0)));
    }

    [Fact]
    public void The_last_training_images_are_the_validation_part()
    {
        var split = TestData.Real("mnist")
            .Load(new DatasetConfig { Name = "mnist", Binarization = "none", Train = 50_000, Valid = 10_000 });

        Assert.Equal((50_000, 10_000), (split.Train.Count, split.Valid!.Count));
        Assert.Equal((0, 50_000), (split.Train.Rows[0], split.Valid.Rows[0]));
        Assert.Equal(SplitKind.Train, split.Valid.Part);
    }

    [Theory]
    [InlineData("dynamic", false)]
    [InlineData("static", true)]
    public void Binary_images_keep_the_mean_and_only_dynamic_ones_change(string binarization, bool same)
    {
        var mnist = TestData.Real("mnist")
            .Load(new DatasetConfig { Name = "mnist", Binarization = binarization, Train = 10_000, Seed = 3 });
        var again = TestData.Real("mnist")
            .Load(new DatasetConfig { Name = "mnist", Binarization = binarization, Train = 10_000, Seed = 3 });
        var epochs = new EpochImages(mnist);

        var first = epochs.Pixels(1).ToArray();
        var second = epochs.Pixels(2).ToArray();

        Assert.Equal(same, first.AsSpan().SequenceEqual(second));
        Assert.True(first.AsSpan().SequenceEqual(new EpochImages(again).Pixels(1).Span));
        Assert.All(first, pixel => Assert.True(pixel is 0 or 255));
        Assert.True(mnist.Test.Pixels.Span.SequenceEqual(again.Test.Pixels.Span));

        // 7.8 million test pixels: the mean of the draw has a standard deviation of about 0.015 grey levels.
        Assert.Equal(33.791224, TestData.Mean(mnist.Test), 0.08);
    }
}
