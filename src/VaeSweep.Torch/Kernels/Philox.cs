namespace VaeSweep.Torch.Kernels;

/// <summary>The counter-based generator Philox 4x32-10: a block of four random words is a function of key and counter, and of
/// nothing else.</summary>
/// <remarks>
/// Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3 and table 2. Key words are the
/// low and the high half of a 64-bit key. Counter words are, in order: block within the draw, draw, step, epoch
/// (<see cref="PhiloxStream"/>). Which words make an element, i counted from the start of the draw:
/// <list type="bullet">
/// <item>words and float32 uniforms: word i % 4 of block i / 4;</item>
/// <item>float64 uniforms: words 0 and 1 (i even) or 2 and 3 (i odd) of block i / 2, the first the low half;</item>
/// <item>float32 normals: from block i / 4, elements 0 and 1 of four from words 0 and 1, elements 2 and 3 from words 2 and
/// 3;</item>
/// <item>float64 normals: from block i / 2, both elements from its two uniforms.</item>
/// </list>
/// A pair of normals (Box and Muller 1958) is sqrt(-2 log u) cos(2 pi v) and sqrt(-2 log u) sin(2 pi v), u in (0, 1] of the first
/// word or uniform, v of the second. Arithmetic rounds products and sums apart, so that every processor gives the same bits.
/// </remarks>
public static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>One block, by plain arithmetic.</summary>
    /// <param name="counter">Four words.</param>
    /// <param name="key">The low half is the first word.</param>
    /// <param name="block">Receives four words.</param>
    public static void Block(ReadOnlySpan<uint> counter, ulong key, Span<uint> block)
    {
        uint x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3], k0 = (uint)key, k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++, k0 += Weyl0, k1 += Weyl1)
        {
            ulong a = (ulong)Multiplier0 * x0, b = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = ((uint)(b >> 32) ^ x1 ^ k0, (uint)b, (uint)(a >> 32) ^ x3 ^ k1, (uint)a);
        }

        (block[0], block[1], block[2], block[3]) = (x0, x1, x2, x3);
    }
}
