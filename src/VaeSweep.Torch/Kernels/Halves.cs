using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>512 bits in two registers: AVX2 with FMA.</summary>
/// <remarks>Written without calls that would have to be inlined in turn: there is an end to how many the compiler takes in a
/// method.</remarks>
internal unsafe struct Halves<TNumber> : IVector<Halves<TNumber>, TNumber>
    where TNumber : unmanaged
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private Vector256<TNumber> a;
    private Vector256<TNumber> b;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 2 * Vector256<TNumber>.Count;
    }

    [MethodImpl(Inline)]
    public static Halves<TNumber> All(TNumber x) => new() { a = Vector256.Create(x), b = Vector256.Create(x) };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Of(double x) => typeof(TNumber) == typeof(float)
        ? new() { a = Vector256.Create((float)x).As<float, TNumber>(), b = Vector256.Create((float)x).As<float, TNumber>() }
        : new() { a = Vector256.Create(x).As<double, TNumber>(), b = Vector256.Create(x).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> AllBits(long bits) => typeof(TNumber) == typeof(float)
        ? new() { a = Vector256.Create((int)bits).As<int, TNumber>(), b = Vector256.Create((int)bits).As<int, TNumber>() }
        : new() { a = Vector256.Create(bits).As<long, TNumber>(), b = Vector256.Create(bits).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Load(TNumber* p) =>
        new() { a = Vector256.Load(p), b = Vector256.Load(p + Vector256<TNumber>.Count) };

    [MethodImpl(Inline)]
    public static void Store(Halves<TNumber> v, TNumber* p)
    {
        v.a.Store(p);
        v.b.Store(p + Vector256<TNumber>.Count);
    }

    // By a copy: masked instructions are slow or missing where vectors are narrow.
    public static Halves<TNumber> Load(TNumber* p, int count)
    {
        var some = All(default);
        Unsafe.CopyBlockUnaligned(&some, p, (uint)(count * sizeof(TNumber)));
        return some;
    }

    public static void Store(Halves<TNumber> v, TNumber* p, int count) =>
        Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(TNumber)));

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator +(Halves<TNumber> a, Halves<TNumber> b) => new() { a = a.a + b.a, b = a.b + b.b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator -(Halves<TNumber> a, Halves<TNumber> b) => new() { a = a.a - b.a, b = a.b - b.b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator *(Halves<TNumber> a, Halves<TNumber> b) => new() { a = a.a * b.a, b = a.b * b.b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator /(Halves<TNumber> a, Halves<TNumber> b) => new() { a = a.a / b.a, b = a.b / b.b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator -(Halves<TNumber> a) => new() { a = -a.a, b = -a.b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Fma(Halves<TNumber> a, Halves<TNumber> b, Halves<TNumber> c) => typeof(TNumber) == typeof(float)
        ? new()
            {
            a = Vector256.FusedMultiplyAdd(a.a.As<TNumber, float>(), b.a.As<TNumber, float>(),
                c.a.As<TNumber, float>()).As<float, TNumber>(),
            b = Vector256.FusedMultiplyAdd(a.b.As<TNumber, float>(), b.b.As<TNumber, float>(),
            c.b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
            {
            a = Vector256.FusedMultiplyAdd(a.a.As<TNumber, double>(), b.a.As<TNumber, double>(),
                c.a.As<TNumber, double>()).As<double, TNumber>(),
            b = Vector256.FusedMultiplyAdd(a.b.As<TNumber, double>(), b.b.As<TNumber, double>(),
            c.b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Sqrt(Halves<TNumber> a) => new() { a = Vector256.Sqrt(a.a), b = Vector256.Sqrt(a.b) };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Floor(Halves<TNumber> a) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector256.Floor(a.a.As<TNumber, float>()).As<float, TNumber>(),
            b = Vector256.Floor(a.b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            a = Vector256.Floor(a.a.As<TNumber, double>()).As<double, TNumber>(),
            b = Vector256.Floor(a.b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Max(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Avx.Max(a.a.As<TNumber, float>(), b.a.As<TNumber, float>()).As<float, TNumber>(),
            b = Avx.Max(a.b.As<TNumber, float>(), b.b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            a = Avx.Max(a.a.As<TNumber, double>(), b.a.As<TNumber, double>()).As<double, TNumber>(),
            b = Avx.Max(a.b.As<TNumber, double>(), b.b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Min(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Avx.Min(a.a.As<TNumber, float>(), b.a.As<TNumber, float>()).As<float, TNumber>(),
            b = Avx.Min(a.b.As<TNumber, float>(), b.b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            a = Avx.Min(a.a.As<TNumber, double>(), b.a.As<TNumber, double>()).As<double, TNumber>(),
            b = Avx.Min(a.b.As<TNumber, double>(), b.b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> IfLess(Halves<TNumber> a, Halves<TNumber> b, Halves<TNumber> yes, Halves<TNumber> no) => new()
    {
        a = Vector256.ConditionalSelect(Vector256.LessThan(a.a, b.a), yes.a, no.a),
        b = Vector256.ConditionalSelect(Vector256.LessThan(a.b, b.b), yes.b, no.b),
    };

    // As integers: where a thread takes denormal numbers for zero, the compiler does so too with a constant whose bits are those of one.
    [MethodImpl(Inline)]
    private static Vector256<uint> Bits(Vector256<TNumber> v) => v.As<TNumber, uint>();

    [MethodImpl(Inline)]
    public static Halves<TNumber> And(Halves<TNumber> a, Halves<TNumber> b) => new() { a = (Bits(a.a) & Bits(b.a)).As<uint, TNumber>(), b = (Bits(a.b) & Bits(b.b)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Or(Halves<TNumber> a, Halves<TNumber> b) => new() { a = (Bits(a.a) | Bits(b.a)).As<uint, TNumber>(), b = (Bits(a.b) | Bits(b.b)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Xor(Halves<TNumber> a, Halves<TNumber> b) => new() { a = (Bits(a.a) ^ Bits(b.a)).As<uint, TNumber>(), b = (Bits(a.b) ^ Bits(b.b)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> AddBits(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = (a.a.As<TNumber, int>() + b.a.As<TNumber, int>()).As<int, TNumber>(),
            b = (a.b.As<TNumber, int>() + b.b.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            a = (a.a.As<TNumber, long>() + b.a.As<TNumber, long>()).As<long, TNumber>(),
            b = (a.b.As<TNumber, long>() + b.b.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> SubtractBits(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = (a.a.As<TNumber, int>() - b.a.As<TNumber, int>()).As<int, TNumber>(),
            b = (a.b.As<TNumber, int>() - b.b.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            a = (a.a.As<TNumber, long>() - b.a.As<TNumber, long>()).As<long, TNumber>(),
            b = (a.b.As<TNumber, long>() - b.b.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> ShiftLeft(Halves<TNumber> a, int count) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector256.ShiftLeft(a.a.As<TNumber, int>(), count).As<int, TNumber>(),
            b = Vector256.ShiftLeft(a.b.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            a = Vector256.ShiftLeft(a.a.As<TNumber, long>(), count).As<long, TNumber>(),
            b = Vector256.ShiftLeft(a.b.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> ShiftRight(Halves<TNumber> a, int count) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector256.ShiftRightLogical(a.a.As<TNumber, int>(), count).As<int, TNumber>(),
            b = Vector256.ShiftRightLogical(a.b.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            a = Vector256.ShiftRightLogical(a.a.As<TNumber, long>(), count).As<long, TNumber>(),
            b = Vector256.ShiftRightLogical(a.b.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> MultiplyLow(Halves<TNumber> a, Halves<TNumber> b) => new()
    {
        a = Avx2.Multiply(Bits(a.a), Bits(b.a)).As<ulong, TNumber>(),
        b = Avx2.Multiply(Bits(a.b), Bits(b.b)).As<ulong, TNumber>(),
    };

    [MethodImpl(Inline)]
    public static double Sum(Halves<TNumber> v)
    {
        var half = v.a + v.b;
        var quarter = half.GetLower() + half.GetUpper();
        return Halving.Sum(quarter);
    }
}
