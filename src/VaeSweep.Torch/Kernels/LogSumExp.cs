using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>log of the sum (or mean) of exp over the middle dimension of [outer, count, inner], without overflow; inner = 1 is
/// the last dimension.</summary>
internal static unsafe class LogSumExp<V, TNumber, TLog>
    where V : unmanaged, IVector<V, TNumber>
    where TNumber : unmanaged
    where TLog : struct, ILogarithms<V>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private static double Limit
    {
        [MethodImpl(Inline)]
        get => typeof(TNumber) == typeof(float) ? float.MaxValue : double.MaxValue;
    }

    public static void Forward(long outer, int count, int inner, TNumber* a, bool mean, TNumber* value)
    {
        var shift = mean ? Math.Log(count) : 0;
        for (long i = 0; i < outer; i++, a += (nint)count * inner, value += inner)
        {
            if (inner == 1)
            {
                Row(count, a, shift, value);
                continue;
            }

            var j = 0;
            for (; j + V.Width <= inner; j += V.Width)
                Columns<WholeLanes>(count, inner, a + j, shift, value + j, V.Width);

            if (j < inner)
                Columns<CutLanes>(count, inner, a + j, shift, value + j, inner - j);
        }
    }

    public static void Backward(
        long outer, int count, int inner, TNumber* a, TNumber* value, TNumber* dvalue, bool mean, TNumber* da, bool add)
    {
        var shift = mean ? Math.Log(count) : 0;
        for (long i = 0; i < outer; i++, a += (nint)count * inner, da += (nint)count * inner, value += inner, dvalue += inner)
        {
            int lines = inner == 1 ? 1 : count, wide = inner == 1 ? count : inner, whole = wide / V.Width * V.Width;
            for (var k = 0; k < lines; k++)
            {
                var row = (nint)k * inner;
                Weigh<WholeLanes>(0, whole, V.Width, a + row, value, dvalue, inner == 1, shift, da + row, add);
                Weigh<CutLanes>(whole, wide, wide - whole, a + row, value, dvalue, inner == 1, shift, da + row, add);
            }
        }
    }

    [MethodImpl(Hot)]
    private static void Row(int n, TNumber* a, double shift, TNumber* value)
    {
        var most = V.Of(double.NegativeInfinity);
        int i = 0, whole = n / V.Width * V.Width;
        for (; i < whole; i += V.Width)
            most = V.Max(most, V.Load(a + i));

        // What fills the last vector up adds 1e-38, as a real minus infinity does.
        var tail = stackalloc TNumber[V.Width];
        V.Store(V.Of(double.NegativeInfinity), tail);
        Unsafe.CopyBlockUnaligned(tail, a + i, (uint)((n - i) * sizeof(TNumber)));
        most = Largest(V.Max(most, V.Load(tail)));
        var top = Finite(most);
        var sum = Exp(V.Load(tail), top);
        for (i = 0; i < whole; i += V.Width)
            sum += Exp(V.Load(a + i), top);

        V.Store(Value(most, top, V.Of(V.Sum(sum)), shift), value, 1);
    }

    [MethodImpl(Hot)]
    private static void Columns<TLanes>(int count, int inner, TNumber* a, double shift, TNumber* value, int here)
        where TLanes : struct, ILanes
    {
        var most = V.Of(double.NegativeInfinity);
        for (var k = 0; k < count; k++)
            most = V.Max(most, Lanes<V, TNumber, TLanes>.Load(a + ((nint)k * inner), here));

        var top = Finite(most);
        var sum = V.Of(0);
        for (var k = 0; k < count; k++)
            sum += Exp(Lanes<V, TNumber, TLanes>.Load(a + ((nint)k * inner), here), top);

        Lanes<V, TNumber, TLanes>.Store(Value(most, top, sum, shift), value, here);
    }

    [MethodImpl(Inline)]
    private static V Exp(V a, V top) => TLog.ExpNegative(V.Min(V.Of(0), a - top));

    // Of an infinite largest element the sum is that of finite numbers, which has a NaN where one of them is.
    [MethodImpl(Inline)]
    private static V Value(V most, V top, V sum, double shift)
    {
        var infinite = most + (sum - sum);
        var value = top + (TLog.Log(sum) - V.Of(shift));
        return V.IfLess(V.Of(double.NegativeInfinity), most, V.IfLess(most, V.Of(double.PositiveInfinity), value, infinite),
            infinite);
    }

    [MethodImpl(Inline)]
    private static V Finite(V v) => V.Min(V.Of(Limit), V.Max(V.Of(-Limit), v));

    /// <summary>The largest lane in all lanes.</summary>
    private static V Largest(V v)
    {
        var twice = stackalloc TNumber[2 * V.Width];
        for (var distance = V.Width / 2; distance > 0; distance /= 2)
        {
            V.Store(v, twice);
            V.Store(v, twice + V.Width);
            v = V.Max(v, V.Load(twice + distance));
        }

        return v;
    }

    /// <summary>da = upstream exp(a - value), the share of an element; 0 where nothing was summed but minus infinities.</summary>
    [MethodImpl(Hot)]
    private static void Weigh<TLanes>(
        int from, int to, int here, TNumber* a, TNumber* value, TNumber* upstream, bool same, double shift, TNumber* da, bool add)
        where TLanes : struct, ILanes
    {
        V everyValue = V.All(*value), every = V.All(*upstream), zero = V.Of(0);
        for (var i = from; i < to; i += V.Width)
        {
            var v = same ? everyValue : Lanes<V, TNumber, TLanes>.Load(value + i, here);
            var u = same ? every : Lanes<V, TNumber, TLanes>.Load(upstream + i, here);
            var share = u * TLog.ExpNegative(Lanes<V, TNumber, TLanes>.Load(a + i, here) - v - V.Of(shift));
            share = V.IfLess(v, V.Of(-Limit), zero, share);
            Lanes<V, TNumber, TLanes>.Store(add ? Lanes<V, TNumber, TLanes>.Load(da + i, here) + share : share, da + i, here);
        }
    }
}
