using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Rows times their weights.</summary>
internal static unsafe class Scaling<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void Rows(int rows, int columns, float* weight, float* from, float* to, bool add)
    {
        for (var i = 0; i < rows; i++, from += columns, to += columns)
            Row(columns, weight[i], from, to, add);
    }

    [MethodImpl(Hot)]
    private static void Row(int n, float weight, float* from, float* to, bool add)
    {
        var w = V.All(weight);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var v = w * V.Load(from + i);
            V.Store(add ? V.Load(to + i) + v : v, to + i);
        }

        if (i < n)
        {
            var v = w * V.Load(from + i, n - i);
            V.Store(add ? V.Load(to + i, n - i) + v : v, to + i, n - i);
        }
    }
}
