using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Norms of gradients, and what published optimisers do to gradients before they use them.</summary>
internal static unsafe class Gradients<V, TNumber>
    where V : unmanaged, IVector<V, TNumber>
    where TNumber : unmanaged
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    // A lane adds at most a block's squares before they move into a double, which keeps the norm good to seven digits.
    private const int Block = 4096;

    public static double Squares(long n, TNumber* g)
    {
        double total = 0;
        for (long i = 0; i < n; i += Block)
            total += BlockSquares((int)Math.Min(Block, n - i), g + i);

        return total;
    }

    [MethodImpl(Hot)]
    private static double BlockSquares(int n, TNumber* g)
    {
        var sum = V.Of(0);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var v = V.Load(g + i);
            sum = V.Fma(v, v, sum);
        }

        if (i < n)
        {
            var v = V.Load(g + i, n - i);
            sum = V.Fma(v, v, sum);
        }

        return V.Sum(sum);
    }

    /// <summary>g = scale g, cut off at most and -most.</summary>
    [MethodImpl(Hot)]
    public static void Shape(long n, TNumber* g, double scale, double most)
    {
        V by = V.Of(scale), upper = V.Of(most), lower = V.Of(-most);
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
            V.Store(V.Max(lower, V.Min(upper, by * V.Load(g + i))), g + i);

        if (i < n)
        {
            var rest = (int)(n - i);
            V.Store(V.Max(lower, V.Min(upper, by * V.Load(g + i, rest))), g + i, rest);
        }
    }
}
