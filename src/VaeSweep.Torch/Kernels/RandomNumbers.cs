using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Uniform and normal numbers made of random words, a lane's size each.</summary>
/// <remarks>Products and sums are rounded apart everywhere, so that a trial's noise is the same to the bit on every
/// processor.</remarks>
internal static unsafe class RandomNumbers<V, TNumber>
    where V : unmanaged, IVector<V, TNumber>
    where TNumber : unmanaged
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private static bool IsFloat
    {
        [MethodImpl(Inline)]
        get => typeof(TNumber) == typeof(float);
    }

    /// <summary>The upper 24 (or 53) bits of words as numbers in [0, 1).</summary>
    [MethodImpl(Hot)]
    public static void Uniform(TNumber* words, TNumber* to)
    {
        var w = V.Load(words);
        V.Store(
            IsFloat
                ? Join(V.ShiftRight(w, 20), 12, V.And(V.ShiftRight(w, 8), V.AllBits(0xfff)), 24, 0)
                : Join(V.ShiftRight(w, 32), 32, V.And(V.ShiftRight(w, 11), V.AllBits(0x1fffff)), 53, 0),
            to);
    }

    /// <summary>Pairs of words, side by side, become pairs of normals.</summary>
    public static void Normals(TNumber* words)
    {
        TNumber* u = stackalloc TNumber[V.Width], v = stackalloc TNumber[V.Width];
        for (var i = 0; i < V.Width; i++)
        {
            u[i] = words[2 * i];
            v[i] = words[(2 * i) + 1];
        }

        Radius(u);
        Uniform(v, v);
        Turn(u, v);
        for (var i = 0; i < V.Width; i++)
        {
            words[2 * i] = u[i];
            words[(2 * i) + 1] = v[i];
        }
    }

    /// <summary>sqrt(-2 log u) in place, u in (0, 1]: 32 (or the upper 53) bits of the word and 1 more.</summary>
    [MethodImpl(Hot)]
    private static void Radius(TNumber* words)
    {
        var w = V.Load(words);
        var u = IsFloat
            ? Join(V.ShiftRight(w, 16), 16, V.And(w, V.AllBits(0xffff)), 32, 1)
            : Join(V.ShiftRight(w, 32), 32, V.And(V.ShiftRight(w, 11), V.AllBits(0x1fffff)), 53, 1);

        // u = m 2^e with m in [sqrt(1/2), sqrt(2)); log(m) = 2 artanh((m - 1) / (m + 1)).
        int mantissa = IsFloat ? 23 : 52, bias = IsFloat ? 127 : 1023;
        var root = IsFloat ? 0x3f3504f3 : 0x3fe6a09e667f3bcd;
        var high = V.ShiftRight(V.AddBits(u, V.AllBits(((long)bias << mantissa) - root)), mantissa);
        var m = V.SubtractBits(u, V.ShiftLeft(V.SubtractBits(high, V.AllBits(bias)), mantissa));
        var e = Number(high) - V.Of(bias);
        V s = (m - V.Of(1)) / (m + V.Of(1)), q = s * s;
        var p = V.Of(1.0 / 15);
        if (!IsFloat)
            p = (((((V.Of(1.0 / 21) * q) + V.Of(1.0 / 19)) * q) + V.Of(1.0 / 17)) * q) + p;

        p = (p * q) + V.Of(1.0 / 13);
        p = (p * q) + V.Of(1.0 / 11);
        p = (p * q) + V.Of(1.0 / 9);
        p = (p * q) + V.Of(1.0 / 7);
        p = (p * q) + V.Of(1.0 / 5);
        p = (p * q) + V.Of(1.0 / 3);
        var twice = s + s;
        var log = (twice * q * p) + twice;

        // log 2 in two parts, of which the first times e is exact.
        var upper = IsFloat ? 0.693359375 : 0.693145751953125;
        var lower = IsFloat ? -2.12194440e-4 : 1.42860682030941723212e-6;
        log = (e * V.Of(upper)) + ((e * V.Of(lower)) + log);
        V.Store(V.Sqrt(V.Of(-2) * log), words);
    }

    /// <summary>r cos(2 pi v) in place of r, r sin(2 pi v) in place of v.</summary>
    [MethodImpl(Hot)]
    private static void Turn(TNumber* r, TNumber* v)
    {
        // Quarter turns q, and what is left as an angle of up to pi / 4.
        V quarters = V.Of(4) * V.Load(v), q = V.Floor(quarters + V.Of(0.5)), a = (quarters - q) * V.Of(Math.PI / 2), s = a * a;
        V radius = V.Load(r), sine = Sine(a, s) * radius, cosine = Cosine(s) * radius;

        // By quarters: (c, s), (-s, c), (-c, -s), (s, -c).
        var sign = V.AllBits(IsFloat ? 0x80000000 : long.MinValue);
        var count = q + V.Of(IsFloat ? 8388608.0 : 4503599627370496.0);
        var toTop = IsFloat ? 30 : 62;
        var odd = q - (V.Of(2) * V.Floor(q * V.Of(0.5)));
        V x = V.IfLess(V.Of(0.5), odd, sine, cosine), y = V.IfLess(V.Of(0.5), odd, cosine, sine);
        V.Store(V.Xor(x, V.And(V.ShiftLeft(V.AddBits(count, V.AllBits(1)), toTop), sign)), r);
        V.Store(V.Xor(y, V.And(V.ShiftLeft(count, toTop), sign)), v);
    }

    [MethodImpl(Inline)]
    private static V Sine(V a, V s)
    {
        var p = V.Of(1.0 / 362880);
        if (!IsFloat)
        {
            p = (((((((V.Of(1.0 / 355687428096000) * s) - V.Of(1.0 / 1307674368000)) * s) + V.Of(1.0 / 6227020800)) * s)
                - V.Of(1.0 / 39916800)) * s) + p;
        }

        p = (p * s) - V.Of(1.0 / 5040);
        p = (p * s) + V.Of(1.0 / 120);
        p = (p * s) - V.Of(1.0 / 6);
        return (a * s * p) + a;
    }

    [MethodImpl(Inline)]
    private static V Cosine(V s)
    {
        var p = V.Of(-1.0 / 3628800);
        if (!IsFloat)
            p = (((((V.Of(1.0 / 20922789888000) * s) - V.Of(1.0 / 87178291200)) * s) + V.Of(1.0 / 479001600)) * s) + p;

        p = (p * s) + V.Of(1.0 / 40320);
        p = (p * s) - V.Of(1.0 / 720);
        p = (p * s) + V.Of(1.0 / 24);
        p = (p * s) - V.Of(0.5);
        return (p * s) + V.Of(1);
    }

    /// <summary>high 2^-highBits + (low + more) 2^-lowBits.</summary>
    [MethodImpl(Inline)]
    private static V Join(V high, int highBits, V low, int lowBits, int more) =>
        (Number(high) * V.Of(1.0 / (1L << highBits))) + ((Number(low) + V.Of(more)) * V.Of(1.0 / (1L << lowBits)));

    /// <summary>The number of an integer that fits the mantissa.</summary>
    [MethodImpl(Inline)]
    private static V Number(V integer) => IsFloat
        ? V.Or(integer, V.AllBits(0x4B000000)) - V.Of(8388608)
        : V.Or(integer, V.AllBits(0x4330000000000000)) - V.Of(4503599627370496);
}
