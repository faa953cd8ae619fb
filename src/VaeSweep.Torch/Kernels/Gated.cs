using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Values behind gates.</summary>
internal static unsafe class Gated<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>gate = sigmoid(gate), y = value gate.</summary>
    [MethodImpl(Hot)]
    public static void Forward(long n, float* value, float* gate, float* y)
    {
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var s = Functions<V>.Sigmoid(V.Load(gate + i));
            V.Store(s, gate + i);
            V.Store(V.Load(value + i) * s, y + i);
        }

        if (i < n)
        {
            var rest = (int)(n - i);
            var s = Functions<V>.Sigmoid(V.Load(gate + i, rest));
            V.Store(s, gate + i, rest);
            V.Store(V.Load(value + i, rest) * s, y + i, rest);
        }
    }

    [MethodImpl(Hot)]
    public static void Backward(long n, float* dy, float* value, float* gate, float* dvalue, float* dgate)
    {
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            V s = V.Load(gate + i), through = V.Load(dy + i) * s;
            V.Store(through * V.Load(value + i) * (V.All(1) - s), dgate + i);
            V.Store(through, dvalue + i);
        }

        if (i < n)
        {
            var rest = (int)(n - i);
            V s = V.Load(gate + i, rest), through = V.Load(dy + i, rest) * s;
            V.Store(through * V.Load(value + i, rest) * (V.All(1) - s), dgate + i, rest);
            V.Store(through, dvalue + i, rest);
        }
    }
}
