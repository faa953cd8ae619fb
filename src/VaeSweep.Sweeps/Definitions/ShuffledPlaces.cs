namespace VaeSweep.Sweeps;

/// <summary>Places of a grid's points in a shuffled order, which the sweep's name and search seed decide. Every number below a
/// count becomes another one below it, none twice, and none is kept: a Feistel network over the next power of four, walked until
/// it comes back below the count.</summary>
internal sealed class ShuffledPlaces
{
    private const int Rounds = 4;
    private readonly ulong[] _keys = new ulong[Rounds];
    private readonly long _count;
    private readonly int _half;

    /// <param name="count">At least 1.</param>
    public ShuffledPlaces(string name, long searchSeed, long count)
    {
        _count = count;
        while (1L << (2 * _half) < count)
            _half++;
        var state = 0xcbf29ce484222325;
        foreach (var c in name)
            state = (state ^ c) * 0x100000001b3;
        for (var round = 0; round < Rounds; round++)
            _keys[round] = state = Mix(state ^ (ulong)searchSeed);
    }

    public long Of(long place)
    {
        if (_half == 0)
            return place;
        do
        {
            place = Once(place);
        }
        while (place >= _count);

        return place;
    }

    private long Once(long place)
    {
        var mask = (1UL << _half) - 1;
        var (left, right) = ((ulong)place >> _half, (ulong)place & mask);
        foreach (var key in _keys)
            (left, right) = (right, left ^ (Mix(right ^ key) & mask));
        return (long)((left << _half) | right);
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
