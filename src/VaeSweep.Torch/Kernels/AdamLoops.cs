using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Adam's pass over memory: parameter, gradient and both moments are each read once.</summary>
internal static unsafe class AdamLoops<V, TNumber>
    where V : unmanaged, IVector<V, TNumber>
    where TNumber : unmanaged
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    // A lane adds at most a block's squares before they move into a double, which keeps the norm good to seven digits.
    private const int Block = 4096;

    // A processor takes a hundred times as long for numbers below 1e-38. First moments that decay towards them end at zero,
    // second moments stop here: what they move a parameter by is nothing beside any epsilon, and without one a parameter that
    // never had a gradient stays where it is.
    private const double Tiny = 1e-36;

    /// <returns>The sum of squares of the gradient before scaling.</returns>
    public static double Step(long n, TNumber* p, TNumber* g, TNumber* m, TNumber* v, in AdamCoefficients c)
    {
        double total = 0;
        for (long i = 0; i < n; i += Block)
            total += Step((int)Math.Min(Block, n - i), p + i, g + i, m + i, v + i, c);

        return total;
    }

    [MethodImpl(Hot)]
    private static double Step(int n, TNumber* p, TNumber* g, TNumber* m, TNumber* v, in AdamCoefficients c)
    {
        V grow1 = V.Of(1 - c.Beta1), beta2 = V.Of(c.Beta2), grow2 = V.Of(1 - c.Beta2);
        V rate = V.Of(-c.Rate), root = V.Of(c.Root), eps = V.Of(c.Eps), scale = V.Of(c.Scale);
        var squares = V.Of(0);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var gradient = V.Load(g + i);
            squares = V.Fma(gradient, gradient, squares);
            V first = V.Load(m + i), second = V.Load(v + i);
            var change = Move(gradient * scale, ref first, ref second, grow1, beta2, grow2, root, eps);
            V.Store(first, m + i);
            V.Store(second, v + i);
            V.Store(V.Fma(rate, change, V.Load(p + i)), p + i);
        }

        if (i < n)
        {
            var rest = n - i;
            var gradient = V.Load(g + i, rest);
            squares = V.Fma(gradient, gradient, squares);
            V first = V.Load(m + i, rest), second = V.Load(v + i, rest);
            var change = Move(gradient * scale, ref first, ref second, grow1, beta2, grow2, root, eps);
            V.Store(first, m + i, rest);
            V.Store(second, v + i, rest);
            V.Store(V.Fma(rate, change, V.Load(p + i, rest)), p + i, rest);
        }

        return V.Sum(squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Move(V gradient, ref V first, ref V second, V grow1, V beta2, V grow2, V root, V eps)
    {
        first = V.Fma(grow1, gradient - first, first);
        first = V.IfLess(V.Max(-first, first), V.Of(Tiny), V.Of(0), first);

        // In this order a NaN of the second moment passes. The small square is never rounded by itself.
        second = V.Max(V.Of(Tiny), V.Fma(grow2 * gradient, gradient, beta2 * second));
        return first / V.Fma(V.Sqrt(second), root, eps);
    }
}
