namespace VaeSweep.Training.Data;

/// <summary>Random integers one after the other, from a key: Philox over the counters 0, 1, 2, ..., so that every machine gives
/// the same.</summary>
/// <remarks>It orders images; a trial's noise is <see cref="Torch.NoiseStream"/>, of the same generator. A mutable struct: pass
/// it by reference.</remarks>
public struct RandomStream(ulong key)
{
    // No draw counts so far, here or in a noise stream.
    private const uint ForKeys = uint.MaxValue;

    private uint _block;
    private ulong? _second;

    /// <summary>Derives a key from another one and a number, for streams named by tuples: Key(Key(seed, epoch), row).</summary>
    public static ulong Key(ulong parent, long part)
    {
        var (word0, word1, _, _) = Philox.Block(parent, (uint)part, (uint)(part >> 32), ForKeys, ForKeys);
        return word0 | ((ulong)word1 << 32);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong Next()
    {
        if (_second is { } kept)
        {
            _second = null;
            return kept;
        }

        var (word0, word1, word2, word3) = Philox.Block(key, _block++, 0, 0, 0);
        _second = word2 | ((ulong)word3 << 32);
        return word0 | ((ulong)word1 << 32);
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
                high = Math.BigMul(Next(), range, out low);
        }

        return (int)high;
    }
}
