using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class BatchGathererTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(784)]
    public void Rows_come_in_the_order_asked_for_as_correctly_rounded_intensities(int dimensions)
    {
        var pixels = new byte[40 * dimensions];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * 13);

        int[] rows = [39, 0, 7, 7];
        var batch = new float[rows.Length * dimensions];

        BatchGatherer.Gather(pixels, dimensions, rows, batch);

        for (var i = 0; i < batch.Length; i++)
            Assert.Equal(pixels[rows[i / dimensions] * dimensions + i % dimensions] / 255f, batch[i]);
    }

    [Fact]
    public void Black_is_zero_and_white_is_exactly_one()
    {
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var intensities = new float[256];

        BatchGatherer.Convert(all, intensities);

        Assert.Equal(0f, intensities[0]);
        Assert.Equal(1f, intensities[255]);
        Assert.All(intensities[1..255], intensity => Assert.InRange(intensity, float.Epsilon, 0.9999f));
    }

    [Fact]
    public void A_buffer_of_another_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => BatchGatherer.Gather(new byte[20], 10, [0], new float[11]));
    }
}
