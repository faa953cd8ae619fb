using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>A trial's random streams: all from its seed, none from its pack, attempt, worker, device or from one
/// another.</summary>
/// <remarks>Each is read by place, (epoch, step) or (epoch, batch): what is drawn there depends on nothing that was drawn before.
/// The data order has a stream of its own in <see cref="EpochOrder"/>; binarisation belongs to the data set's seed.</remarks>
internal static class TrialStreams
{
    private const ulong Init = 0x696E6974; // "init"
    private const ulong Noise = 0x6E6F697365; // "noise"
    private const ulong Curve = 0x6375727665; // "curve"
    private const ulong Final = 0x66696E616C; // "final"
    private const ulong Statistics = 0x7374617473; // "stats"

    /// <summary>Key of the initial weights.</summary>
    public static long OfInit(long seed) => unchecked((long)RandomStream.Key(Init, seed));

    /// <summary>Of training, by epoch and step; a step draws layer after layer.</summary>
    public static NoiseStream OfNoise(long seed) => new(RandomStream.Key(Noise, seed));

    /// <summary>Of validation and test curves, by epoch and batch.</summary>
    public static NoiseStream OfCurve(long seed, SplitKind split) =>
        new(RandomStream.Key(RandomStream.Key(Curve, seed), (long)split));

    /// <summary>Of the pass that renews the statistics of batch normalisation.</summary>
    public static NoiseStream OfStatistics(long seed) => new(RandomStream.Key(Statistics, seed));

    /// <summary>Of a finished model's measurement, by batch.</summary>
    /// <param name="samples">Importance samples; 0 for the one-sample bounds. Metrics with different numbers are drawn
    /// apart.</param>
    public static NoiseStream OfFinal(long seed, SplitKind split, int samples) =>
        new(RandomStream.Key(RandomStream.Key(RandomStream.Key(Final, seed), (long)split), samples));

    /// <summary>The same streams at one place.</summary>
    public static IReadOnlyList<NoiseStream> At(this IReadOnlyList<NoiseStream> streams, int epoch, int step) =>
        [.. streams.Select(stream => stream.At(epoch, step))];
}
