using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Numbers kept within bounds.</summary>
internal static unsafe class Clamping<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    [MethodImpl(Hot)]
    public static void Forward(long n, float* x, float least, float most, float* y)
    {
        V lower = V.All(least), upper = V.All(most);
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
            V.Store(V.Min(upper, V.Max(lower, V.Load(x + i))), y + i);

        if (i < n)
        {
            var rest = (int)(n - i);
            V.Store(V.Min(upper, V.Max(lower, V.Load(x + i, rest))), y + i, rest);
        }
    }

    /// <summary>dx = dy within the bounds, borders included; 0 beyond.</summary>
    [MethodImpl(Hot)]
    public static void Backward(long n, float* x, float least, float most, float* dy, float* dx)
    {
        V lower = V.All(least), upper = V.All(most), zero = V.All(0);
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var v = V.Load(x + i);
            V.Store(V.IfLess(v, lower, zero, V.IfLess(upper, v, zero, V.Load(dy + i))), dx + i);
        }

        if (i < n)
        {
            var rest = (int)(n - i);
            var v = V.Load(x + i, rest);
            V.Store(V.IfLess(v, lower, zero, V.IfLess(upper, v, zero, V.Load(dy + i, rest))), dx + i, rest);
        }
    }
}
