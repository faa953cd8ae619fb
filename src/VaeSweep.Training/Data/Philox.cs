using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Training.Data;

/// <summary>The counter-based generator Philox 4x32-10: 128 bits that are a function of a key and a counter. Integer arithmetic
/// only.</summary>
/// <remarks>Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.</remarks>
internal static class Philox
{
    /// <summary>Words of one block.</summary>
    public const int Words = 4;

    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>One block.</summary>
    public static (uint Word0, uint Word1, uint Word2, uint Word3) Block(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (p0, p1) = ((ulong)Multiplier0 * c0, (ulong)Multiplier1 * c2);
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            (k0, k1) = (k0 + Weyl0, k1 + Weyl1);
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Blocks whose counters differ in their first word.</summary>
    /// <param name="c0">[blocks].</param>
    /// <param name="words">[blocks, 4].</param>
    public static void Blocks(ulong key, ReadOnlySpan<uint> c0, uint c1, uint c2, uint c3, Span<uint> words)
    {
        var i = 0;
        for (; Avx2.IsSupported && i + Vector256<uint>.Count <= c0.Length; i += Vector256<uint>.Count)
            Eight(key, Vector256.Create(c0[i..]), c1, c2, c3, words.Slice(i * Words, Vector256<uint>.Count * Words));

        for (; i < c0.Length; i++)
        {
            (words[Words * i], words[(Words * i) + 1], words[(Words * i) + 2], words[(Words * i) + 3]) =
                Block(key, c0[i], c1, c2, c3);
        }
    }

    private static void Eight(ulong key, Vector256<uint> c0, uint c1, uint c2, uint c3, Span<uint> words)
    {
        // Products are of 32-bit words in 64-bit lanes: those of even places and those of odd ones apart.
        var (e0, o0) = (c0, (c0.AsUInt64() >> 32).AsUInt32());
        var (e1, e2, e3) = (Vector256.Create((ulong)c1).AsUInt32(), Vector256.Create((ulong)c2)
            .AsUInt32(), Vector256.Create((ulong)c3).AsUInt32());
        var (o1, o2, o3) = (e1, e2, e3);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        var (m0, m1) = (Vector256.Create(Multiplier0), Vector256.Create(Multiplier1));
        for (var round = 0; round < Rounds; round++)
        {
            var (key0, key1) = (Vector256.Create((ulong)k0).AsUInt32(), Vector256.Create((ulong)k1).AsUInt32());
            var (p0, p1) = (Avx2.Multiply(e0, m0), Avx2.Multiply(e2, m1));
            var (q0, q1) = (Avx2.Multiply(o0, m0), Avx2.Multiply(o2, m1));
            e0 = (p1 >> 32).AsUInt32() ^ e1 ^ key0;
            e1 = p1.AsUInt32();
            e2 = (p0 >> 32).AsUInt32() ^ e3 ^ key1;
            e3 = p0.AsUInt32();
            o0 = (q1 >> 32).AsUInt32() ^ o1 ^ key0;
            o1 = q1.AsUInt32();
            o2 = (q0 >> 32).AsUInt32() ^ o3 ^ key1;
            o3 = q0.AsUInt32();
            k0 += Weyl0;
            k1 += Weyl1;
        }

        Store(e0, e1, e2, e3, words, 0);
        Store(o0, o1, o2, o3, words, 1);
    }

    /// <summary>Lane n is block 2n + <paramref name="odd"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<uint> c0, Vector256<uint> c1, Vector256<uint> c2, Vector256<uint> c3, Span<uint> words,
        int odd)
    {
        var low = (c0.AsUInt64() & Vector256.Create((ulong)uint.MaxValue)) | (c1.AsUInt64() << 32);
        var high = (c2.AsUInt64() & Vector256.Create((ulong)uint.MaxValue)) | (c3.AsUInt64() << 32);
        // [lane 0, lane 2] and [lane 1, lane 3].
        var (even, uneven) = (Avx2.UnpackLow(low, high), Avx2.UnpackHigh(low, high));
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(words), Words * odd);
        even.GetLower().AsUInt32().StoreUnsafe(ref to);
        uneven.GetLower().AsUInt32().StoreUnsafe(ref Unsafe.Add(ref to, 2 * Words));
        even.GetUpper().AsUInt32().StoreUnsafe(ref Unsafe.Add(ref to, 4 * Words));
        uneven.GetUpper().AsUInt32().StoreUnsafe(ref Unsafe.Add(ref to, 6 * Words));
    }
}
