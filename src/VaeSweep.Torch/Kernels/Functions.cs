using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Elementary functions in float32 by polynomials: no calls, no branches, no tables. Good to about two units in the last
/// place.</summary>
/// <remarks>NaN goes in and comes out.</remarks>
internal static class Functions<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // 1.5 * 2^23: adding it rounds to the nearest integer, which then stands in the lowest bits.
    private const int Magic = 0x4B400000;

    public static V One
    {
        [MethodImpl(Inline)]
        get => V.All(1);
    }

    [MethodImpl(Inline)]
    public static V Abs(V x) => V.And(x, V.AllBits(0x7fffffff));

    [MethodImpl(Inline)]
    private static V WithSignOf(V x, V sign) => V.Or(Abs(x), V.And(sign, V.AllBits(0x80000000)));

    /// <summary>2^n for the integer n that stands in the lowest bits of shifted, from -126 to 127.</summary>
    [MethodImpl(Inline)]
    private static V PowerOfTwo(V shifted) => V.ShiftLeft(V.AddBits(shifted, V.AllBits(127 - Magic)), 23);

    /// <summary>x = n log 2 + rest, n in the lowest bits of shifted.</summary>
    [MethodImpl(Inline)]
    private static V Reduce(V x, out V shifted)
    {
        var magic = V.AllBits(Magic);
        shifted = V.Fma(x, V.All(1.44269504088896341f), magic);
        var n = shifted - magic;
        return V.Fma(n, V.All(2.12194440e-4f), V.Fma(n, V.All(-0.693359375f), x));
    }

    /// <summary>exp(r) - 1 for |r| up to log(2) / 2: Taylor to r^7, whose remainder is 1e-8 of r.</summary>
    [MethodImpl(Inline)]
    private static V Expm1NearZero(V r)
    {
        var p = V.Fma(V.All(1f / 5040), r, V.All(1f / 720));
        p = V.Fma(p, r, V.All(1f / 120));
        p = V.Fma(p, r, V.All(1f / 24));
        p = V.Fma(p, r, V.All(1f / 6));
        p = V.Fma(p, r, V.All(0.5f));
        return V.Fma(r * r, p, r);
    }

    /// <summary>exp(x), from its underflow to its overflow.</summary>
    [MethodImpl(Inline)]
    public static V Exp(V x)
    {
        var r = Reduce(V.Min(V.All(89.5f), V.Max(V.All(-104f), x)), out var shifted);

        // Two factors: 2^128 and 2^-149 are beyond what one exponent field holds. 256 makes n positive, for the shift.
        var n = V.AddBits(shifted, V.AllBits(256 - Magic));
        var half = V.ShiftRight(n, 1);
        var first = V.ShiftLeft(V.AddBits(half, V.AllBits(127 - 128)), 23);
        var second = V.ShiftLeft(V.AddBits(V.SubtractBits(n, half), V.AllBits(127 - 128)), 23);
        return (One + Expm1NearZero(r)) * first * second;
    }

    /// <summary>exp(x) for x up to 0; below -87 it is 1e-38, nothing beside the 1 or the logarithm that it is used
    /// with.</summary>
    [MethodImpl(Inline)]
    public static V ExpNegative(V x)
    {
        var r = Reduce(V.Max(V.All(-87f), x), out var shifted);
        return (One + Expm1NearZero(r)) * PowerOfTwo(shifted);
    }

    /// <summary>exp(x) - 1 for x up to 0, exact near zero.</summary>
    [MethodImpl(Inline)]
    public static V Expm1Negative(V x)
    {
        var r = Reduce(V.Max(V.All(-87f), x), out var shifted);
        var scale = PowerOfTwo(shifted);
        return V.Fma(scale, Expm1NearZero(r), scale - One);
    }

    /// <summary>2 artanh(s) for |s| up to 1/3: log((1 + s) / (1 - s)).</summary>
    [MethodImpl(Inline)]
    private static V TwiceArtanh(V s)
    {
        var q = s * s;
        var p = V.Fma(V.All(1f / 15), q, V.All(1f / 13));
        p = V.Fma(p, q, V.All(1f / 11));
        p = V.Fma(p, q, V.All(1f / 9));
        p = V.Fma(p, q, V.All(1f / 7));
        p = V.Fma(p, q, V.All(1f / 5));
        p = V.Fma(p, q, V.All(1f / 3));
        var twice = s + s;
        return V.Fma(twice * q, p, twice);
    }

    /// <summary>log(1 + x) for x above -1, exact near zero; at -1 it is -87.</summary>
    [MethodImpl(Inline)]
    public static V Log1p(V x)
    {
        var far = Log(V.Max(V.All(1.1754944e-38f), One + x));
        return V.IfLess(Abs(x), V.All(0.5f), TwiceArtanh(x / (V.All(2) + x)), far);
    }

    /// <summary>log(1 + u) for u in [0, 1].</summary>
    [MethodImpl(Inline)]
    public static V Log1pUnit(V u) => TwiceArtanh(u / (V.All(2) + u));

    /// <summary>log(x) for x from 2^-126 up, infinity excepted.</summary>
    [MethodImpl(Inline)]
    public static V Log(V x)
    {
        // x = m 2^e with m in [sqrt(1/2), sqrt(2)); the exponent is kept positive, so that it becomes a float by its bits.
        var high = V.ShiftRight(V.AddBits(x, V.AllBits((127L << 23) - 0x3f3504f3)), 23);
        var m = V.SubtractBits(x, V.ShiftLeft(V.SubtractBits(high, V.AllBits(127)), 23));
        var e = V.Or(high, V.AllBits(0x4B000000)) - V.All(8388608f + 127f);
        var log = TwiceArtanh((m - One) / (m + One));
        
        // x - x for the NaN, whose bits are a number here.
        return V.Fma(e, V.All(0.693359375f), V.Fma(e, V.All(-2.12194440e-4f), log)) + (x - x);
    }

    [MethodImpl(Inline)]
    public static V Softplus(V x) => V.Max(V.All(0), x) + Log1pUnit(ExpNegative(-Abs(x)));

    [MethodImpl(Inline)]
    public static V Sigmoid(V x)
    {
        var u = ExpNegative(-Abs(x));
        return V.IfLess(x, V.All(0), u, One) / (One + u);
    }

    [MethodImpl(Inline)]
    public static V Tanh(V x)
    {
        var e = Expm1Negative(V.All(-2) * Abs(x));
        return WithSignOf((-e) / (V.All(2) + e), x);
    }
}
