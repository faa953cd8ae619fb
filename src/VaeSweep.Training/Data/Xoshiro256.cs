using System.Numerics;

namespace VaeSweep.Training.Data;

/// <summary>The generator xoshiro256**, seeded through SplitMix64 from a tuple of integers. Integer arithmetic only, so every
/// machine gives the same stream.</summary>
/// <remarks>Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021.
/// It draws data orders and binarisations; a trial's noise has libtorch's generators. A mutable struct: pass it by reference.</remarks>
public struct Xoshiro256
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the stream of a key. Different keys give unrelated streams.</summary>
    public Xoshiro256(ulong key)
    {
        _s0 = Mix(key + GoldenGamma);
        _s1 = Mix(unchecked(key + 2 * GoldenGamma));
        _s2 = Mix(unchecked(key + 3 * GoldenGamma));
        _s3 = Mix(unchecked(key + 4 * GoldenGamma));
    }

    /// <summary>Derives a key from another one and a number, for streams named by tuples: Key(Key(seed, epoch), row).</summary>
    public static ulong Key(ulong parent, long part) => Mix(Mix(parent + GoldenGamma) ^ Mix(unchecked((ulong)part + 2 * GoldenGamma)));

    /// <summary>64 uniform bits.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform integer of 0 .. bound - 1, without bias.</summary>
    /// <remarks>Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.</remarks>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        var high = Math.BigMul(Next(), range, out var low);
        if (low < range)
        {
            var threshold = unchecked(0 - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(Next(), range, out low);
            }
        }

        return (int)high;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
