using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Loops of activations over whole layers.</summary>
internal static unsafe class Activations<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void Apply(long n, float* y, Activation activation, float slope)
    {
        switch (activation)
        {
            case Activation.None:
                break;
            case Activation.Softplus:
                Apply<Softplus<V>>(n, y, slope);
                break;
            case Activation.Relu:
                Apply<Relu<V>>(n, y, slope);
                break;
            case Activation.LeakyRelu:
                Apply<LeakyRelu<V>>(n, y, slope);
                break;
            case Activation.Tanh:
                Apply<Tanh<V>>(n, y, slope);
                break;
            case Activation.Sigmoid:
                Apply<Sigmoid<V>>(n, y, slope);
                break;
            default:
                throw Unknown(activation);
        }
    }

    /// <summary>g = upstream act'(x) from y = act(x); sums[j] receives (or grows by) the sum of g's column j unless null. g may
    /// be upstream.</summary>
    public static void Backward(
        int rows, int columns, float* y, float* upstream, float* g, float* sums, bool add, Activation activation, float slope)
    {
        switch (activation)
        {
            case Activation.None:
                if (sums != null || g != upstream)
                    Backward<Identity<V>>(rows, columns, upstream, upstream, g, sums, add, slope);

                break;
            case Activation.Softplus:
                Backward<Softplus<V>>(rows, columns, y, upstream, g, sums, add, slope);
                break;
            case Activation.Relu:
                Backward<Relu<V>>(rows, columns, y, upstream, g, sums, add, slope);
                break;
            case Activation.LeakyRelu:
                Backward<LeakyRelu<V>>(rows, columns, y, upstream, g, sums, add, slope);
                break;
            case Activation.Tanh:
                Backward<Tanh<V>>(rows, columns, y, upstream, g, sums, add, slope);
                break;
            case Activation.Sigmoid:
                Backward<Sigmoid<V>>(rows, columns, y, upstream, g, sums, add, slope);
                break;
            default:
                throw Unknown(activation);
        }
    }

    private static ArgumentOutOfRangeException Unknown(Activation activation) =>
        new(nameof(activation), activation, "No kernel knows this activation.");

    [MethodImpl(Hot)]
    private static void Apply<TActivation>(long n, float* y, float slope)
        where TActivation : struct, IActivation<V>
    {
        var s = V.All(slope);
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
            V.Store(TActivation.Value(V.Load(y + i), s), y + i);

        if (i < n)
            V.Store(TActivation.Value(V.Load(y + i, (int)(n - i)), s), y + i, (int)(n - i));
    }

    private static void Backward<TActivation>(
        int rows, int columns, float* y, float* upstream, float* g, float* sums, bool add, float slope)
        where TActivation : struct, IActivation<V>
    {
        for (var start = 0; start == 0 || start < rows; start += ColumnSums.Block)
        {
            int block = Math.Min(ColumnSums.Block, rows - start), j = 0;
            var more = add || start > 0;
            var at = (long)start * columns;
            for (; j + V.Width <= columns; j += V.Width)
            {
                var sum = Strip<TActivation, WholeLanes>(block, columns, y + at + j, upstream + at + j, g + at + j, slope,
                    V.Width);
                if (sums != null)
                    V.Store(more ? V.Load(sums + j) + sum : sum, sums + j);
            }

            if (j < columns)
            {
                var here = columns - j;
                var sum = Strip<TActivation, CutLanes>(block, columns, y + at + j, upstream + at + j, g + at + j, slope, here);
                if (sums != null)
                    V.Store(more ? V.Load(sums + j, here) + sum : sum, sums + j, here);
            }
        }
    }

    /// <summary>One vector of each row, and their sum.</summary>
    [MethodImpl(Hot)]
    private static V Strip<TActivation, TLanes>(int rows, int columns, float* y, float* upstream, float* g, float slope, int here)
        where TActivation : struct, IActivation<V>
        where TLanes : struct, ILanes
    {
        V s = V.All(slope), sum = V.All(0);
        for (var i = 0; i < rows; i++, y += columns, upstream += columns, g += columns)
        {
            V value = Lanes<V, float, TLanes>.Load(y, here), above = Lanes<V, float, TLanes>.Load(upstream, here);
            var gradient = TActivation.Gradient(value, above, s);
            Lanes<V, float, TLanes>.Store(gradient, g, here);
            sum += gradient;
        }

        return sum;
    }
}
