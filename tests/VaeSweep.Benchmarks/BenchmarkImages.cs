using System.Runtime.InteropServices;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Benchmarks;

/// <summary>Images that both sides of a benchmark train on: binarised MNIST where it can be had, since how many pixels are lit,
/// and where, decides how much there is to multiply.</summary>
internal sealed record BenchmarkImages(float[] Pixels, string Name)
{
    private const int Dimensions = 784;

    public static BenchmarkImages Take(int count)
    {
        foreach (var name in new[] { "mnist", "sprites" })
        {
            try
            {
                var dataset = DatasetStore.FromEnvironment()
                    .Load(new DatasetConfig { Name = name, Binarization = "dynamic", Train = count });
                if (dataset.Dimensions == Dimensions)
                {
                    var pixels = new float[count * Dimensions];
                    BatchGatherer.Convert(new EpochImages(dataset).Pixels(1).Span[..pixels.Length], pixels);
                    return new BenchmarkImages(pixels, $"{name}, {pixels.Average():P0} lit");
                }
            }
            catch (Exception e) when (e is DatasetException or DataUnavailableException)
            {
                // The next one is always there.
            }
        }

        var random = new Random(1);
        return new BenchmarkImages([.. Enumerable.Range(0, count * Dimensions).Select(_ => random.NextDouble() < 0.13 ? 1f : 0f)],
            "random pixels, 13 % lit");
    }

    /// <summary>The pixels as a file of float32, for the other side.</summary>
    public Task WriteAsync(string path, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(path, MemoryMarshal.AsBytes(Pixels.AsSpan()).ToArray(), cancellationToken);
}
