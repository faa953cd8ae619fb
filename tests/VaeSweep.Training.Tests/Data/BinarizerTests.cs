using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class BinarizerTests
{
    [Theory]
    [InlineData(null, 2502, 0xd2f85e09c076cd74)]
    [InlineData(0, 2512, 0x40d9d583dd445f5c)]
    [InlineData(1, 2534, 0x667c26db8ade3336)]
    public void A_draw_agrees_with_an_independent_implementation(int? epoch, int white, ulong checksum)
    {
        // Golden numbers: golden.py. 100 pixels end in a block that is not full.
        var pixels = new byte[50 * 100];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(37 * (i / 100) + 11 * (i % 100));

        var drawn = Draw(new ImageSplit(SplitKind.Train, pixels, 100), seed: 5, epoch);

        Assert.Equal(white, drawn.Count(pixel => pixel == 255));
        Assert.Equal(checksum, drawn.Aggregate(0UL, (sum, pixel) => unchecked(sum * 31 + pixel)));
    }

    [Fact]
    public void A_pixel_is_white_with_probability_pixel_over_255()
    {
        // Every grey level 4,000 times, in each of 100 epochs: 400,000 draws a level.
        const int Images = 4_000;
        const int Epochs = 100;
        var pixels = new byte[Images * 256];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)i;

        var split = new ImageSplit(SplitKind.Train, pixels, 256);
        var white = new int[256];
        var drawn = new byte[pixels.Length];

        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            Binarizer.Draw(split, seed: 1, epoch, drawn);
            for (var i = 0; i < drawn.Length; i++)
                white[i & 255] += drawn[i] & 1;
        }

        Assert.Equal(0, white[0]);
        Assert.Equal(Images * Epochs, white[255]);
        for (var level = 1; level < 255; level++)
        {
            var p = level / 255.0;
            const double Draws = (double)Images * Epochs;
            var z = (white[level] - p * Draws) / Math.Sqrt(Draws * p * (1 - p));
            Assert.True(Math.Abs(z) < 4.5, $"level {level}: {white[level]} of {Draws}, {z:0.0} standard deviations off");
        }

        // One digit alone would give (p - 1/2) / 256 or p / 256: summed over the levels that is off by far more than chance.
        var sum = white.Sum(count => (double)count);
        var expected = Enumerable.Range(0, 256).Sum(level => level / 255.0) * Images * Epochs;
        var deviation = Math.Sqrt(Enumerable.Range(0, 256).Sum(level => level / 255.0 * (1 - level / 255.0)) * Images * Epochs);
        Assert.InRange((sum - expected) / deviation, -4.5, 4.5);
    }

    [Fact]
    public void Neighbouring_pixels_rows_and_epochs_are_drawn_independently()
    {
        const int Side = 1_024;
        var pixels = new byte[Side * Side];
        Array.Fill(pixels, (byte)128);
        var split = new ImageSplit(SplitKind.Train, pixels, Side);

        var one = Draw(split, seed: 3, epoch: 0);
        var two = Draw(split, seed: 3, epoch: 1);
        var otherSeed = Draw(split, seed: 4, epoch: 0);

        // Each correlation of a million pairs has standard deviation 1/1024.
        Assert.InRange(Correlation(one, one, 1), -0.005, 0.005);
        Assert.InRange(Correlation(one, one, Side), -0.005, 0.005);
        Assert.InRange(Correlation(one, two, 0), -0.005, 0.005);
        Assert.InRange(Correlation(one, otherSeed, 0), -0.005, 0.005);
    }

    [Fact]
    public void A_subset_is_drawn_as_in_the_whole()
    {
        var pixels = new byte[20 * 70];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * 7);

        var whole = new ImageSplit(SplitKind.Train, pixels, 70);

        var drawn = Draw(whole, seed: 9, epoch: 4);
        var subset = Draw(whole.Slice(5, 10).Select([7, 2]), seed: 9, epoch: 4);

        Assert.Equal([.. drawn.AsSpan(12 * 70, 70), .. drawn.AsSpan(7 * 70, 70)], subset);
    }

    [Fact]
    public void Parts_are_drawn_apart()
    {
        var pixels = Enumerable.Repeat((byte)100, 1_000).ToArray();

        var train = Draw(new ImageSplit(SplitKind.Train, pixels, 100), seed: 0, epoch: null);
        var test = Draw(new ImageSplit(SplitKind.Test, pixels, 100), seed: 0, epoch: null);

        Assert.NotEqual(train, test);
    }

    private static byte[] Draw(ImageSplit split, long seed, int? epoch)
    {
        var drawn = new byte[split.Pixels.Length];
        Binarizer.Draw(split, seed, epoch, drawn);
        return drawn;
    }

    private static double Correlation(byte[] a, byte[] b, int shift)
    {
        var sum = 0.0;
        for (var i = 0; i + shift < a.Length; i++)
            sum += (a[i + shift] == 255 ? 1 : -1) * (b[i] == 255 ? 1 : -1);

        return sum / (a.Length - shift);
    }
}
