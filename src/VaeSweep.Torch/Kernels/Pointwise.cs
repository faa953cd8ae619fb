using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>An activation and its derivative from the value alone. Types, so that loops have no branch inside.</summary>
internal interface IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    static abstract V Value(V x, V slope);

    /// <summary>upstream act'(x), from y = act(x).</summary>
    static abstract V Gradient(V y, V upstream, V slope);
}

internal readonly struct Identity<V> : IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x, V slope) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient(V y, V upstream, V slope) => upstream;
}

internal readonly struct Softplus<V> : IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x, V slope) => Functions<V>.Softplus(x);

    // sigmoid(x) = 1 - exp(-y)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient(V y, V upstream, V slope) => upstream * -Functions<V>.Expm1Negative(-y);
}

internal readonly struct Relu<V> : IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x, V slope) => V.IfLess(x, V.All(0), V.All(0), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient(V y, V upstream, V slope) => V.IfLess(V.All(0), y, upstream, V.All(0));
}

internal readonly struct LeakyRelu<V> : IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x, V slope) => V.IfLess(x, V.All(0), slope * x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient(V y, V upstream, V slope) => V.IfLess(V.All(0), y, upstream, slope * upstream);
}

internal readonly struct Tanh<V> : IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x, V slope) => Functions<V>.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient(V y, V upstream, V slope) => upstream * V.Fma(-y, y, Functions<V>.One);
}

internal readonly struct Sigmoid<V> : IActivation<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x, V slope) => Functions<V>.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient(V y, V upstream, V slope) => upstream * (y * (Functions<V>.One - y));
}
