using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class DequantiserTests
{
    [Fact]
    public void Noise_keeps_every_pixel_within_its_grey_value_and_spreads_it_evenly()
    {
        var (grey, noisy) = (Sprites(dequantise: false).Test, Sprites(dequantise: true).Test);

        var x = Intensities(noisy.Images);

        Assert.True(grey.Pixels.Span.SequenceEqual(noisy.Pixels.Span));
        var within = x.Select((value, i) => (value * 256) - grey.Pixels.Span[i]).ToArray();
        Assert.All(within, u => Assert.InRange(u, 0, 1));
        // 100 images of 784 pixels: the mean of so many uniform numbers is within 5 standard errors of a half, their variance
        // near a twelfth.
        Assert.Equal(0.5, within.Average(), 5 * Math.Sqrt(1.0 / 12 / within.Length));
        Assert.Equal(1.0 / 12, within.Average(u => Math.Pow(u - 0.5, 2)), 1e-3);
        Assert.Equal(within.Length, noisy.Images.Noise.Length);
    }

    [Fact]
    public void Noise_agrees_with_an_independent_implementation()
    {
        var split = new ImageSplit(SplitKind.Test, new byte[2 * 20], 20, rows: [3, 9]);

        var noise = Dequantiser.Draw(split, seed: 5);

        // Golden numbers: golden.py. 20 pixels end in a block that is not full.
        Assert.Equal<byte>([254, 118, 78, 194, 201, 88, 108, 169, 130, 3, 24, 48, 179, 175, 16, 59, 242, 75, 143, 199],
            noise[20..]);
    }

    [Fact]
    public void Noise_belongs_to_the_image_and_not_to_the_selection()
    {
        var all = Sprites(dequantise: true);
        var few = Sprites(dequantise: true, test: 7);

        Assert.Equal(Intensities(all.Test.Images.First(7)), Intensities(few.Test.Images));
        Assert.NotEqual(all.Train.Noise[..784].ToArray(), all.Test.Noise[..784].ToArray());
        Assert.NotEqual(all.Test.Noise[..784].ToArray(), all.Test.Noise[784..1568].ToArray());
    }

    [Fact]
    public void A_batch_of_chosen_rows_holds_what_the_rows_hold()
    {
        var images = Sprites(dequantise: true).Train.Images;
        var all = Intensities(images);
        var batch = new float[3 * 784];

        images.Gather([5, 0, 5], batch);

        Assert.Equal([.. all[(5 * 784)..(6 * 784)], .. all[..784], .. all[(5 * 784)..(6 * 784)]], batch);
    }

    [Fact]
    public void A_selection_and_a_part_keep_their_noise()
    {
        var split = Sprites(dequantise: true).Train;

        var chosen = split.Select([3, 9]);
        var part = split.Slice(3, 2);

        Assert.True(split.Noise.Span.Slice(3 * 784, 784).SequenceEqual(chosen.Noise.Span[..784]));
        Assert.True(split.Noise.Span.Slice(9 * 784, 784).SequenceEqual(chosen.Noise.Span[784..]));
        Assert.True(split.Noise.Span.Slice(3 * 784, 2 * 784).SequenceEqual(part.Noise.Span));
    }

    private static Dataset Sprites(bool dequantise, int test = 100) => DatasetStore.FromEnvironment().Load(
        new DatasetConfig { Name = "sprites", Binarization = "none", Dequantise = dequantise, Train = 50, Test = test });

    private static float[] Intensities(ImageRows images)
    {
        var values = new float[images.Count * images.Dimensions];
        images.Convert(0, images.Count, values);
        return values;
    }
}
