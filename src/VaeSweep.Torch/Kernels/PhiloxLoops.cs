using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Draws of any length from any element on, eight blocks at a time.</summary>
internal static unsafe class PhiloxLoops<V, W>
    where V : unmanaged, IVector<V, float>
    where W : unmanaged, IVector<W, double>
{
    private const int BlocksAtOnce = 8;
    private const int BlockWords = 4;
    private const int BatchWords = BlocksAtOnce * BlockWords;
    private const long MostWords = BlockWords * (1L << 32);

    /// <summary>What is made of a batch's words, in place.</summary>
    private interface IMaking
    {
        static abstract void Make(void* words);
    }

    public static void Words(PhiloxStream stream, long start, long n, uint* to) =>
        Fill<Plain>(stream, start, n, to, sizeof(uint));

    public static void Uniforms(PhiloxStream stream, long start, long n, float* to) =>
        Fill<FloatUniform>(stream, start, n, to, sizeof(float));

    public static void Uniforms(PhiloxStream stream, long start, long n, double* to) =>
        Fill<DoubleUniform>(stream, start, n, to, sizeof(double));

    public static void Normals(PhiloxStream stream, long start, long n, float* to) =>
        Fill<FloatNormal>(stream, start, n, to, sizeof(float));

    public static void Normals(PhiloxStream stream, long start, long n, double* to) =>
        Fill<DoubleNormal>(stream, start, n, to, sizeof(double));

    public static void Integers(PhiloxStream stream, long start, long n, uint bound, uint* to)
    {
        Words(stream, start, n, to);
        for (long i = 0; i < n; i++)
            to[i] = (uint)(((ulong)to[i] * bound) >> 32);
    }

    private static void Fill<TMaking>(PhiloxStream stream, long start, long n, void* to, int size)
        where TMaking : struct, IMaking
    {
        var wordsEach = size / sizeof(uint);
        if (start < 0 || n < 0 || start > (MostWords / wordsEach) - n)
        {
            throw new ArgumentOutOfRangeException(
                nameof(n), n, $"A draw has {MostWords / wordsEach} elements; {n} from element {start} on were asked for.");
        }

        var words = stackalloc uint[BatchWords];
        int inBlock = BlockWords / wordsEach, inBatch = BatchWords / wordsEach;
        var skip = (int)(start % inBlock);
        var block = (ulong)(start / inBlock);
        for (long done = 0; done < n; skip = 0, block += BlocksAtOnce)
        {
            Blocks(stream, block, (ulong*)words);
            TMaking.Make(words);
            var count = (int)Math.Min(inBatch - skip, n - done);
            Unsafe.CopyBlockUnaligned((byte*)to + (done * size), (byte*)words + (skip * size), (uint)(count * size));
            done += count;
        }
    }

    /// <summary>Eight blocks one after another. A 32-bit word has a lane of 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks(PhiloxStream stream, ulong first, ulong* to)
    {
        var lanes = stackalloc ulong[2 * BlocksAtOnce];
        for (var i = 0; i < BlocksAtOnce; i++)
            lanes[i] = first + (ulong)i;

        W multiplier0 = W.AllBits(Philox.Multiplier0), multiplier1 = W.AllBits(Philox.Multiplier1), low = W.AllBits(0xffffffff);
        W x0 = W.Load((double*)lanes), x1 = W.AllBits(stream.Draw), x2 = W.AllBits(stream.Step), x3 = W.AllBits(stream.Epoch);
        uint k0 = (uint)stream.Key, k1 = (uint)(stream.Key >> 32);
        for (var round = 0; round < Philox.Rounds; round++, k0 += Philox.Weyl0, k1 += Philox.Weyl1)
        {
            // The upper halves of lanes may hold anything: products do not look at them.
            W a = W.MultiplyLow(x0, multiplier0), b = W.MultiplyLow(x2, multiplier1);
            x0 = W.Xor(W.Xor(W.ShiftRight(b, 32), x1), W.AllBits(k0));
            x2 = W.Xor(W.Xor(W.ShiftRight(a, 32), x3), W.AllBits(k1));
            x1 = b;
            x3 = a;
        }

        W.Store(W.Or(W.And(x0, low), W.ShiftLeft(x1, 32)), (double*)lanes);
        W.Store(W.Or(W.And(x2, low), W.ShiftLeft(x3, 32)), (double*)(lanes + BlocksAtOnce));
        for (var i = 0; i < BlocksAtOnce; i++)
        {
            to[2 * i] = lanes[i];
            to[(2 * i) + 1] = lanes[BlocksAtOnce + i];
        }
    }

    private readonly struct Plain : IMaking
    {
        public static void Make(void* words)
        {
        }
    }

    private readonly struct FloatUniform : IMaking
    {
        public static void Make(void* words)
        {
            var at = (float*)words;
            RandomNumbers<V, float>.Uniform(at, at);
            RandomNumbers<V, float>.Uniform(at + V.Width, at + V.Width);
        }
    }

    private readonly struct DoubleUniform : IMaking
    {
        public static void Make(void* words)
        {
            var at = (double*)words;
            RandomNumbers<W, double>.Uniform(at, at);
            RandomNumbers<W, double>.Uniform(at + W.Width, at + W.Width);
        }
    }

    private readonly struct FloatNormal : IMaking
    {
        public static void Make(void* words) => RandomNumbers<V, float>.Normals((float*)words);
    }

    private readonly struct DoubleNormal : IMaking
    {
        public static void Make(void* words) => RandomNumbers<W, double>.Normals((double*)words);
    }
}
