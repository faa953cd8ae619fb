using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Batch normalisation of a pack's columns.</summary>
internal static unsafe class BatchNorm<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void Moments(int trials, int rows, int columns, float* x, float* mean, float* variance)
    {
        for (var m = 0; m < trials; m++, x += (nint)rows * columns, mean += columns, variance += columns)
        {
            var j = 0;
            for (; j + V.Width <= columns; j += V.Width)
                Moments<WholeLanes>(rows, columns, x + j, mean + j, variance + j, V.Width);

            if (j < columns)
                Moments<CutLanes>(rows, columns, x + j, mean + j, variance + j, columns - j);
        }
    }

    public static void Forward(
        int trials, int rows, int columns, float* x, float* mean, float* variance, float* weight, float* bias, double eps,
        float* y, float* root,
        Activation activation, float slope)
    {
        for (var m = 0; m < trials; m++)
        {
            nint at = (nint)m * rows * columns, column = (nint)m * columns;
            var j = 0;
            for (; j + V.Width <= columns; j += V.Width)
                Columns<WholeLanes>(j, V.Width);

            if (j < columns)
                Columns<CutLanes>(j, columns - j);

            void Columns<TLanes>(int j, int here)
                where TLanes : struct, ILanes
            {
                var c = column + j;
                Normalise<TLanes>(
                    rows, columns, x + at + j, mean + c, variance + c, weight + c, bias + c, (float)eps, y + at + j, root + c,
                    here);
            }
        }

        Activations<V>.Apply((long)trials * rows * columns, y, activation, slope);
    }

    public static void Backward(
        int trials, int rows, int columns, float* x, float* mean, float* root, float* weight, float* y, float* dy, float* dx,
        float* dweight,
        float* dbias, bool add, bool givenStatistics, Activation activation, float slope)
    {
        for (var m = 0; m < trials; m++)
        {
            nint at = (nint)m * rows * columns, column = (nint)m * columns;
            Activations<V>.Backward(rows, columns, y + at, dy + at, dx + at, null, false, activation, slope);
            var j = 0;
            for (; j + V.Width <= columns; j += V.Width)
                Columns<WholeLanes>(j, V.Width);

            if (j < columns)
                Columns<CutLanes>(j, columns - j);

            void Columns<TLanes>(int j, int here)
                where TLanes : struct, ILanes
            {
                var c = column + j;
                Differentiate<TLanes>(
                    rows, columns, x + at + j, mean + c, root + c, weight + c, dx + at + j, dweight == null ? null : dweight + c,
                    dbias == null ? null : dbias + c, add, givenStatistics, here);
            }
        }
    }

    [MethodImpl(Hot)]
    private static void Moments<TLanes>(int rows, int columns, float* x, float* mean, float* variance, int here)
        where TLanes : struct, ILanes
    {
        var share = V.All(1f / rows);
        var total = V.All(0);
        for (var i = 0; i < rows;)
        {
            var sum = V.All(0);
            for (var end = Math.Min(rows, i + ColumnSums.Block); i < end; i++)
                sum += Lanes<V, float, TLanes>.Load(x + ((nint)i * columns), here);

            total += sum;
        }

        var middle = total * share;
        total = V.All(0);
        for (var i = 0; i < rows;)
        {
            var sum = V.All(0);
            for (var end = Math.Min(rows, i + ColumnSums.Block); i < end; i++)
            {
                var distance = Lanes<V, float, TLanes>.Load(x + ((nint)i * columns), here) - middle;
                sum = V.Fma(distance, distance, sum);
            }

            total += sum;
        }

        Lanes<V, float, TLanes>.Store(middle, mean, here);
        Lanes<V, float, TLanes>.Store(total * share, variance, here);
    }

    [MethodImpl(Hot)]
    private static void Normalise<TLanes>(
        int rows, int columns, float* x, float* mean, float* variance, float* weight, float* bias, float eps, float* y,
        float* root, int here)
        where TLanes : struct, ILanes
    {
        V middle = Lanes<V, float, TLanes>.Load(mean, here), spread = Lanes<V, float, TLanes>.Load(variance, here);
        var inverse = V.All(1) / V.Sqrt(spread + V.All(eps));
        V scale = inverse * Lanes<V, float, TLanes>.Load(weight, here), shift = Lanes<V, float, TLanes>.Load(bias, here);
        Lanes<V, float, TLanes>.Store(inverse, root, here);
        for (var i = 0; i < rows; i++, x += columns, y += columns)
            Lanes<V, float, TLanes>.Store(V.Fma(Lanes<V, float, TLanes>.Load(x, here) - middle, scale, shift), y, here);
    }

    /// <summary>g holds the gradient after the normalisation, and becomes that before it.</summary>
    [MethodImpl(Hot)]
    private static void Differentiate<TLanes>(
        int rows, int columns, float* x, float* mean, float* root, float* weight, float* g, float* dweight, float* dbias,
        bool add,
        bool givenStatistics, int here)
        where TLanes : struct, ILanes
    {
        V middle = Lanes<V, float, TLanes>.Load(mean, here), inverse = Lanes<V, float, TLanes>.Load(root, here),
            toWeight = V.All(0), toBias = toWeight;
        for (var i = 0; i < rows;)
        {
            V weightSum = V.All(0), biasSum = weightSum;
            for (var end = Math.Min(rows, i + ColumnSums.Block); i < end; i++)
            {
                var upstream = Lanes<V, float, TLanes>.Load(g + ((nint)i * columns), here);
                biasSum += upstream;
                weightSum = V.Fma(upstream, (Lanes<V, float, TLanes>.Load(x + ((nint)i * columns), here) - middle) * inverse,
                    weightSum);
            }

            toWeight += weightSum;
            toBias += biasSum;
        }

        if (dweight != null)
            Lanes<V, float, TLanes>.Store(add ? Lanes<V, float, TLanes>.Load(dweight, here) + toWeight : toWeight, dweight, here);

        if (dbias != null)
            Lanes<V, float, TLanes>.Store(add ? Lanes<V, float, TLanes>.Load(dbias, here) + toBias : toBias, dbias, here);

        // Given statistics are constants: what x moves them by is nothing.
        V scale = Lanes<V, float, TLanes>.Load(weight, here) * inverse, share = V.All(givenStatistics ? 0 : 1f / rows);
        V pull = share * toBias, turn = share * toWeight * inverse;
        for (var i = 0; i < rows; i++, x += columns, g += columns)
        {
            var shared = V.Fma(Lanes<V, float, TLanes>.Load(x, here) - middle, turn, pull);
            Lanes<V, float, TLanes>.Store(scale * (Lanes<V, float, TLanes>.Load(g, here) - shared), g, here);
        }
    }
}
