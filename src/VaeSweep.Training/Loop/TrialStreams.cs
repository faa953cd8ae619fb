using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>Where each of a trial's random streams begins: all from its seed, none from its pack, attempt, worker or from one another.</summary>
/// <remarks>The data order has a stream of its own in <see cref="EpochOrder"/>; binarisation belongs to the data set's seed.</remarks>
internal static class TrialStreams
{
    private const ulong Init = 0x696E6974; // "init"
    private const ulong Noise = 0x6E6F697365; // "noise"
    private const ulong Curve = 0x6375727665; // "curve"
    private const ulong Final = 0x66696E616C; // "final"

    private const ulong Statistics = 0x7374617473; // "stats"

    public static long OfInit(long seed) => unchecked((long)Xoshiro256.Key(Init, seed));

    public static ulong OfNoise(long seed) => Xoshiro256.Key(Noise, seed);

    /// <summary>Where noise goes on when a saved stream cannot be used, because it belongs to another kind of device.</summary>
    public static ulong OfNoise(long seed, int epochs, int step) => Xoshiro256.Key(Xoshiro256.Key(OfNoise(seed), epochs), step);

    /// <summary>Noise of an epoch's validation or test curve. It never touches the training stream, so how often curves are measured changes nothing.</summary>
    public static ulong OfCurve(long seed, int epoch, SplitKind split) => Xoshiro256.Key(Xoshiro256.Key(Xoshiro256.Key(Curve, seed), epoch), (long)split);

    /// <summary>Noise of the pass that renews the statistics of batch normalisation.</summary>
    public static ulong OfStatistics(long seed) => Xoshiro256.Key(Statistics, seed);

    /// <summary>Noise of a finished model's measurement.</summary>
    /// <param name="samples">Importance samples; 0 for the one-sample bounds. Metrics with different numbers are drawn apart.</param>
    public static ulong OfFinal(long seed, SplitKind split, int samples) =>
        Xoshiro256.Key(Xoshiro256.Key(Xoshiro256.Key(Final, seed), (long)split), samples);
}
