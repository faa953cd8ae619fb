namespace VaeSweep.Sweeps.Search;

/// <summary>Numbers that look random and depend on what they are asked for alone (SplitMix64).</summary>
public struct Chance(ulong state)
{
    private ulong _state = state;

    public static Chance Of(long seed, long number, long attempt) =>
        new(Mix(Mix(Mix((ulong)seed) + (ulong)number) + (ulong)attempt));

    /// <summary>The finaliser of SplitMix64.</summary>
    public static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit()
    {
        var drawn = Mix(_state);
        _state += 0x9e3779b97f4a7c15;
        return (drawn >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
}
