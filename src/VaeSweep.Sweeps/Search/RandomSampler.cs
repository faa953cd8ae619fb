namespace VaeSweep.Sweeps.Search;

/// <summary>Independent draws, whatever was found. Each depends on the search's seed, the point's number and the dimension's name
/// alone, so that more points or one more dimension change no value that was drawn before.</summary>
public sealed class RandomSampler(long seed) : ISampler
{
    public double[] Next(SearchSpace space, IReadOnlyList<Observation> history, long number, int attempt)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Units.Point(space, dimension => Unit(space.NameOf(dimension), number, attempt));
    }

    /// <summary>One number, uniform in [0, 1).</summary>
    internal double Unit(string name, long number, int attempt)
    {
        var state = 0xcbf29ce484222325;
        foreach (var c in name)
            state = (state ^ c) * 0x100000001b3;

        state = Chance.Mix(Chance.Mix(Chance.Mix(state ^ (ulong)seed) + (ulong)number) + (ulong)attempt);
        return (state >> 11) * (1.0 / (1UL << 53));
    }
}
