using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Log-density of diagonal Gaussians.</summary>
internal static unsafe class Gaussian<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const float LogTwoPi = 1.83787706640934548f;

    public static void LogDensity(
        int trials, int rows, int columns, PackRows x, int xRows, PackRows mean, int meanRows, PackRows logvar, int logvarRows,
        float* value)
    {
        for (var m = 0; m < trials; m++)
        {
            for (var r = 0; r < rows; r++, value++)
                *value = -0.5f * Row(columns, x.At(m, r % xRows), mean.At(m, r % meanRows), logvar.At(m, r % logvarRows));
        }
    }

    public static void Backward(
        int trials, int rows, int columns, PackRows x, int xRows, PackRows mean, int meanRows, PackRows logvar, int logvarRows,
        float* upstream,
        float* dx, float* dmean, float* dlogvar)
    {
        for (var m = 0; m < trials; m++)
        {
            for (var r = 0; r < rows; r++, upstream++)
            {
                Row(
                    columns, *upstream, x.At(m, r % xRows), mean.At(m, r % meanRows), logvar.At(m, r % logvarRows),
                    At(dx, m, r, xRows, columns),
                    At(dmean, m, r, meanRows, columns), At(dlogvar, m, r, logvarRows, columns));
            }
        }
    }

    private static float* At(float* gradient, int m, int r, int rows, int columns) =>
        gradient == null ? null : gradient + ((((nint)m * rows) + (r % rows)) * columns);

    [MethodImpl(Hot)]
    private static float Row(int n, float* x, float* mean, float* logvar)
    {
        var sum = V.All(0);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
            sum += Term(V.Load(x + i), V.Load(mean + i), V.Load(logvar + i));

        if (i < n)
        {
            sum += Lanes<V, float, CutLanes>.First(Term(V.Load(x + i, n - i), V.Load(mean + i, n - i),
                V.Load(logvar + i, n - i)), n - i);
        }

        return (float)V.Sum(sum);
    }

    /// <summary>log 2 pi + lv + (x - mean)^2 exp(-lv).</summary>
    [MethodImpl(Inline)]
    private static V Term(V x, V mean, V logvar)
    {
        var distance = x - mean;
        return V.Fma(distance * distance, Functions<V>.Exp(-logvar), V.All(LogTwoPi) + logvar);
    }

    private static void Row(int n, float upstream, float* x, float* mean, float* logvar, float* dx, float* dmean, float* dlogvar)
    {
        var whole = n / V.Width * V.Width;
        Grow<WholeLanes>(0, whole, V.Width, upstream, x, mean, logvar, dx, dmean, dlogvar);
        Grow<CutLanes>(whole, n, n - whole, upstream, x, mean, logvar, dx, dmean, dlogvar);
    }

    /// <summary>Adds upstream times the gradients to those that are wanted.</summary>
    [MethodImpl(Hot)]
    private static void Grow<TLanes>(
        int from, int to, int here, float upstream, float* x, float* mean, float* logvar, float* dx, float* dmean, float* dlogvar)
        where TLanes : struct, ILanes
    {
        V weight = V.All(upstream), half = V.All(0.5f);
        for (var i = from; i < to; i += V.Width)
        {
            var distance = Lanes<V, float, TLanes>.Load(x + i, here) - Lanes<V, float, TLanes>.Load(mean + i, here);
            var pull = weight * distance * Functions<V>.Exp(-Lanes<V, float, TLanes>.Load(logvar + i, here));
            if (dx != null)
                Lanes<V, float, TLanes>.Store(Lanes<V, float, TLanes>.Load(dx + i, here) - pull, dx + i, here);

            if (dmean != null)
                Lanes<V, float, TLanes>.Store(Lanes<V, float, TLanes>.Load(dmean + i, here) + pull, dmean + i, here);

            if (dlogvar != null)
            {
                var grown = V.Fma(half, V.Fma(pull, distance, -weight), Lanes<V, float, TLanes>.Load(dlogvar + i, here));
                Lanes<V, float, TLanes>.Store(grown, dlogvar + i, here);
            }
        }
    }
}
