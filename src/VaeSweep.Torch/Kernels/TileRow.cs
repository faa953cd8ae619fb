using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>One row of a product's tile: one to three vectors side by side.</summary>
internal unsafe interface ITileRow<TSelf>
    where TSelf : unmanaged, ITileRow<TSelf>
{
    static abstract int Columns { get; }

    static abstract TSelf Load(float* p);

    static abstract void Store(TSelf v, float* p);

    /// <summary>Asks for the memory of a row that will be loaded.</summary>
    static abstract void Prefetch(float* p);

    /// <summary>sum + x b.</summary>
    static abstract TSelf Grow(float x, TSelf b, TSelf sum);
}

internal readonly unsafe struct One<V>(V a) : ITileRow<One<V>>
    where V : unmanaged, ITileVector<V>
{
    private readonly V _a = a;

    public static int Columns => V.Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One<V> Load(float* p) => new(V.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(One<V> v, float* p) => V.Store(v._a, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* p) => V.Prefetch(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One<V> Grow(float x, One<V> b, One<V> sum) => new(V.Fma(V.All(x), b._a, sum._a));
}

internal readonly unsafe struct Two<V>(V a, V b) : ITileRow<Two<V>>
    where V : unmanaged, ITileVector<V>
{
    private readonly V _a = a;
    private readonly V _b = b;

    public static int Columns => 2 * V.Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<V> Load(float* p) => new(V.Load(p), V.Load(p + V.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Two<V> v, float* p)
    {
        V.Store(v._a, p);
        V.Store(v._b, p + V.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* p)
    {
        V.Prefetch(p);
        V.Prefetch(p + V.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<V> Grow(float x, Two<V> b, Two<V> sum)
    {
        var every = V.All(x);
        return new(V.Fma(every, b._a, sum._a), V.Fma(every, b._b, sum._b));
    }
}

internal readonly unsafe struct Three<V>(V a, V b, V c) : ITileRow<Three<V>>
    where V : unmanaged, ITileVector<V>
{
    private readonly V _a = a;
    private readonly V _b = b;
    private readonly V _c = c;

    public static int Columns => 3 * V.Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Three<V> Load(float* p) => new(V.Load(p), V.Load(p + V.Width), V.Load(p + (2 * V.Width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Three<V> v, float* p)
    {
        V.Store(v._a, p);
        V.Store(v._b, p + V.Width);
        V.Store(v._c, p + (2 * V.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* p)
    {
        V.Prefetch(p);
        V.Prefetch(p + V.Width);
        V.Prefetch(p + (2 * V.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Three<V> Grow(float x, Three<V> b, Three<V> sum)
    {
        var every = V.All(x);
        return new(V.Fma(every, b._a, sum._a), V.Fma(every, b._b, sum._b), V.Fma(every, b._c, sum._c));
    }
}
