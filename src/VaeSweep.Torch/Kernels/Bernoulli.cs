using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Log-likelihood of Bernoulli pixels.</summary>
internal static unsafe class Bernoulli<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void LogLikelihood(
        int trials, int rows, int batch, int columns, float* logits, PackRows x, float* value, float* gradient)
    {
        for (var m = 0; m < trials; m++)
        {
            for (var r = 0; r < rows; r++, logits += columns, value++)
            {
                *value = gradient == null ? Row(columns, logits, x.At(m, r % batch)) : Row(columns, logits, x.At(m, r % batch),
                    gradient);
                gradient = gradient == null ? null : gradient + columns;
            }
        }
    }

    [MethodImpl(Hot)]
    private static float Row(int n, float* logits, float* x)
    {
        var sum = V.All(0);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var l = V.Load(logits + i);
            sum += V.Fma(V.Load(x + i), l, -Functions<V>.Softplus(l));
        }

        if (i < n)
        {
            var l = V.Load(logits + i, n - i);
            sum += Lanes<V, float, CutLanes>.First(V.Fma(V.Load(x + i, n - i), l, -Functions<V>.Softplus(l)), n - i);
        }

        return (float)V.Sum(sum);
    }

    [MethodImpl(Hot)]
    private static float Row(int n, float* logits, float* x, float* gradient)
    {
        var sum = V.All(0);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            sum += Term(V.Load(logits + i), V.Load(x + i), out var slope);
            V.Store(slope, gradient + i);
        }

        if (i < n)
        {
            sum += Lanes<V, float, CutLanes>.First(Term(V.Load(logits + i, n - i), V.Load(x + i, n - i), out var slope), n - i);
            V.Store(slope, gradient + i, n - i);
        }

        return (float)V.Sum(sum);
    }

    /// <summary>x l - softplus(l) and its derivative x - sigmoid(l), from one exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Term(V l, V x, out V slope)
    {
        V zero = V.All(0), one = V.All(1), u = Functions<V>.ExpNegative(-Functions<V>.Abs(l));
        slope = x - (V.IfLess(l, zero, u, one) / (one + u));
        return V.Fma(x, l, -(V.Max(zero, l) + Functions<V>.Log1pUnit(u)));
    }
}
