using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>What sums of exponentials need, by precision.</summary>
internal interface ILogarithms<V>
{
    /// <summary>exp(x) for x up to 0.</summary>
    static abstract V ExpNegative(V x);

    /// <summary>log(x) for x of normal size.</summary>
    static abstract V Log(V x);
}

internal readonly struct FloatLogarithms<V> : ILogarithms<V>
    where V : unmanaged, IVector<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpNegative(V x) => Functions<V>.ExpNegative(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x) => Functions<V>.Log(x);
}

/// <summary>The same polynomials with more terms, good to two units in the last place of a double.</summary>
internal readonly struct DoubleLogarithms<V> : ILogarithms<V>
    where V : unmanaged, IVector<V, double>
{
    private const long Magic = 0x4338000000000000;

    /// <summary>Taylor to r^13, whose remainder is 4e-18; below -708 it is 3e-308.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpNegative(V x)
    {
        x = V.Max(V.All(-708), x);
        V magic = V.AllBits(Magic), shifted = V.Fma(x, V.All(1.44269504088896340736), magic), n = shifted - magic;
        var r = V.Fma(n, V.All(-1.42860682030941723212e-6), V.Fma(n, V.All(-0.693145751953125), x));
        var p = V.Fma(V.All(1.0 / 6227020800), r, V.All(1.0 / 479001600));
        p = V.Fma(p, r, V.All(1.0 / 39916800));
        p = V.Fma(p, r, V.All(1.0 / 3628800));
        p = V.Fma(p, r, V.All(1.0 / 362880));
        p = V.Fma(p, r, V.All(1.0 / 40320));
        p = V.Fma(p, r, V.All(1.0 / 5040));
        p = V.Fma(p, r, V.All(1.0 / 720));
        p = V.Fma(p, r, V.All(1.0 / 120));
        p = V.Fma(p, r, V.All(1.0 / 24));
        p = V.Fma(p, r, V.All(1.0 / 6));
        p = V.Fma(p, r, V.All(0.5));
        p = V.Fma(p, r, V.All(1));
        p = V.Fma(p, r, V.All(1));
        return p * V.ShiftLeft(V.AddBits(shifted, V.AllBits(1023 - Magic)), 52);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        // x = m 2^e with m in [sqrt(1/2), sqrt(2)); log(m) = 2 artanh((m - 1) / (m + 1)).
        var high = V.ShiftRight(V.AddBits(x, V.AllBits((1023L << 52) - 0x3fe6a09e667f3bcd)), 52);
        var m = V.SubtractBits(x, V.ShiftLeft(V.SubtractBits(high, V.AllBits(1023)), 52));
        var e = V.Or(high, V.AllBits(0x4330000000000000)) - V.All(4503599627370496 + 1023);
        V s = (m - V.All(1)) / (m + V.All(1)), q = s * s;
        var p = V.Fma(V.All(1.0 / 21), q, V.All(1.0 / 19));
        p = V.Fma(p, q, V.All(1.0 / 17));
        p = V.Fma(p, q, V.All(1.0 / 15));
        p = V.Fma(p, q, V.All(1.0 / 13));
        p = V.Fma(p, q, V.All(1.0 / 11));
        p = V.Fma(p, q, V.All(1.0 / 9));
        p = V.Fma(p, q, V.All(1.0 / 7));
        p = V.Fma(p, q, V.All(1.0 / 5));
        p = V.Fma(p, q, V.All(1.0 / 3));
        var twice = s + s;
        var log = V.Fma(twice * q, p, twice);
        
        // x - x for the NaN, whose bits are a number here.
        return V.Fma(e, V.All(0.693145751953125), V.Fma(e, V.All(1.42860682030941723212e-6), log)) + (x - x);
    }
}
