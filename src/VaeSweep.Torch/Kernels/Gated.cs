using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Values behind gates.</summary>
internal static unsafe class Gated<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void Forward(long n, float* value, float* gate, float* y)
    {
        Activations<V>.Apply(n, gate, Activation.Sigmoid, 0);
        Multiply(n, value, gate, y);
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

    [MethodImpl(Hot)]
    private static void Multiply(long n, float* a, float* b, float* to)
    {
        long i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            V.Store(V.Load(a + i) * V.Load(b + i), to + i);
        }

        if (i < n)
        {
            V.Store(V.Load(a + i, (int)(n - i)) * V.Load(b + i, (int)(n - i)), to + i, (int)(n - i));
        }
    }
}
