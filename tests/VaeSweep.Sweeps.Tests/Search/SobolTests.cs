using System.Buffers.Binary;
using System.Security.Cryptography;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps.Tests;

public sealed class SobolTests
{
    [Fact]
    public void The_first_1024_points_are_those_of_PyTorch_in_64_dimensions()
    {
        const int Points = 1024;
        var bytes = new byte[Points * SobolSequence.MostDimensions * sizeof(uint)];
        for (var i = 0; i < Points * SobolSequence.MostDimensions; i++)
        {
            var x = SobolSequence.At((uint)(i / SobolSequence.MostDimensions), i % SobolSequence.MostDimensions);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), x);
        }

        var golden = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Search", "sobol_points.txt"));
        Assert.Equal(golden[1], Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Theory]
    [InlineData(1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)]
    [InlineData(3, 0.25, 0.75, 0.75, 0.75, 0.25, 0.25)]
    [InlineData(5, 0.875, 0.875, 0.125, 0.375, 0.875, 0.625)]
    [InlineData(7, 0.125, 0.625, 0.375, 0.125, 0.125, 0.375)]
    public void Points_are_the_published_ones(uint index, params double[] expected) =>
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(d => SobolSequence.At(index, d) / 4294967296.0));

    [Fact]
    public void Scrambled_points_keep_one_in_each_slice_and_differ_between_seeds()
    {
        const int Slices = 256;
        for (var dimension = 0; dimension < 10; dimension++)
        {
            var drawn = Enumerable.Range(0, Slices).Select(i => SobolSequence.Scrambled((uint)i, dimension, seed: 7)).ToList();

            Assert.Equal(Slices, drawn.Select(one => (int)(one * Slices)).Distinct().Count());
            Assert.NotEqual(SobolSequence.Scrambled(0, dimension, 8), drawn[0]);
        }
    }
}
