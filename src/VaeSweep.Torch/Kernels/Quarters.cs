using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>512 bits in four registers: whatever the processor has, SSE, NEON or plain arithmetic.</summary>
/// <remarks>Written without calls that would have to be inlined in turn: there is an end to how many the compiler takes in a
/// method.</remarks>
internal unsafe struct Quarters<TNumber, TRounding> : IVector<Quarters<TNumber, TRounding>, TNumber>
    where TNumber : unmanaged
    where TRounding : struct, IRounding
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private Vector128<TNumber> a;
    private Vector128<TNumber> b;
    private Vector128<TNumber> c;
    private Vector128<TNumber> d;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 4 * Vector128<TNumber>.Count;
    }

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> All(TNumber x) =>
        new() { a = Vector128.Create(x), b = Vector128.Create(x), c = Vector128.Create(x), d = Vector128.Create(x) };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Of(double x) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector128.Create((float)x).As<float, TNumber>(),
            b = Vector128.Create((float)x).As<float, TNumber>(),
            c = Vector128.Create((float)x).As<float, TNumber>(),
            d = Vector128.Create((float)x).As<float, TNumber>(),
        }
        : new()
        {
            a = Vector128.Create(x).As<double, TNumber>(),
            b = Vector128.Create(x).As<double, TNumber>(),
            c = Vector128.Create(x).As<double, TNumber>(),
            d = Vector128.Create(x).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> AllBits(long bits) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector128.Create((int)bits).As<int, TNumber>(),
            b = Vector128.Create((int)bits).As<int, TNumber>(),
            c = Vector128.Create((int)bits).As<int, TNumber>(),
            d = Vector128.Create((int)bits).As<int, TNumber>(),
        }
        : new()
        {
            a = Vector128.Create(bits).As<long, TNumber>(),
            b = Vector128.Create(bits).As<long, TNumber>(),
            c = Vector128.Create(bits).As<long, TNumber>(),
            d = Vector128.Create(bits).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Load(TNumber* p) =>
        new()
        {
            a = Vector128.Load(p),
            b = Vector128.Load(p + Vector128<TNumber>.Count),
            c = Vector128.Load(p + (2 * Vector128<TNumber>.Count)),
            d = Vector128.Load(p + (3 * Vector128<TNumber>.Count)),
        };

    [MethodImpl(Inline)]
    public static void Store(Quarters<TNumber, TRounding> v, TNumber* p)
    {
        v.a.Store(p);
        v.b.Store(p + Vector128<TNumber>.Count);
        v.c.Store(p + (2 * Vector128<TNumber>.Count));
        v.d.Store(p + (3 * Vector128<TNumber>.Count));
    }

    // By a copy: masked instructions are slow or missing where vectors are narrow.
    public static Quarters<TNumber, TRounding> Load(TNumber* p, int count)
    {
        var some = All(default);
        Unsafe.CopyBlockUnaligned(&some, p, (uint)(count * sizeof(TNumber)));
        return some;
    }

    public static void Store(Quarters<TNumber, TRounding> v, TNumber* p, int count) =>
        Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(TNumber)));

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator +(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = a.a + b.a, b = a.b + b.b, c = a.c + b.c, d = a.d + b.d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator -(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = a.a - b.a, b = a.b - b.b, c = a.c - b.c, d = a.d - b.d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator *(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = a.a * b.a, b = a.b * b.b, c = a.c * b.c, d = a.d * b.d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator /(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = a.a / b.a, b = a.b / b.b, c = a.c / b.c, d = a.d / b.d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator -(Quarters<TNumber, TRounding> a) =>
        new() { a = -a.a, b = -a.b, c = -a.c, d = -a.d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Fma(
        Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b, Quarters<TNumber, TRounding> c) => !TRounding.Once
        ? new() { a = (a.a * b.a) + c.a, b = (a.b * b.b) + c.b, c = (a.c * b.c) + c.c, d = (a.d * b.d) + c.d }
        : typeof(TNumber) == typeof(float)
            ? new()
            {
                a = Vector128.FusedMultiplyAdd(a.a.As<TNumber, float>(), b.a.As<TNumber, float>(),
                    c.a.As<TNumber, float>()).As<float, TNumber>(),
                b = Vector128.FusedMultiplyAdd(a.b.As<TNumber, float>(), b.b.As<TNumber, float>(),
                c.b.As<TNumber, float>()).As<float, TNumber>(),
                c = Vector128.FusedMultiplyAdd(a.c.As<TNumber, float>(), b.c.As<TNumber, float>(),
                c.c.As<TNumber, float>()).As<float, TNumber>(),
                d = Vector128.FusedMultiplyAdd(a.d.As<TNumber, float>(), b.d.As<TNumber, float>(),
                c.d.As<TNumber, float>()).As<float, TNumber>(),
            }
            : new()
            {
                a = Vector128.FusedMultiplyAdd(a.a.As<TNumber, double>(), b.a.As<TNumber, double>(),
                    c.a.As<TNumber, double>()).As<double, TNumber>(),
                b = Vector128.FusedMultiplyAdd(a.b.As<TNumber, double>(), b.b.As<TNumber, double>(),
                c.b.As<TNumber, double>()).As<double, TNumber>(),
                c = Vector128.FusedMultiplyAdd(a.c.As<TNumber, double>(), b.c.As<TNumber, double>(),
                c.c.As<TNumber, double>()).As<double, TNumber>(),
                d = Vector128.FusedMultiplyAdd(a.d.As<TNumber, double>(), b.d.As<TNumber, double>(),
                c.d.As<TNumber, double>()).As<double, TNumber>(),
            };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Sqrt(Quarters<TNumber, TRounding> a) =>
        new() { a = Vector128.Sqrt(a.a), b = Vector128.Sqrt(a.b), c = Vector128.Sqrt(a.c), d = Vector128.Sqrt(a.d) };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Floor(Quarters<TNumber, TRounding> a) => typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector128.Floor(a.a.As<TNumber, float>()).As<float, TNumber>(),
            b = Vector128.Floor(a.b.As<TNumber, float>()).As<float, TNumber>(),
            c = Vector128.Floor(a.c.As<TNumber, float>()).As<float, TNumber>(),
            d = Vector128.Floor(a.d.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            a = Vector128.Floor(a.a.As<TNumber, double>()).As<double, TNumber>(),
            b = Vector128.Floor(a.b.As<TNumber, double>()).As<double, TNumber>(),
            c = Vector128.Floor(a.c.As<TNumber, double>()).As<double, TNumber>(),
            d = Vector128.Floor(a.d.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Max(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) => new()
    {
        a = Vector128.ConditionalSelect(Vector128.GreaterThan(a.a, b.a), a.a, b.a),
        b = Vector128.ConditionalSelect(Vector128.GreaterThan(a.b, b.b), a.b, b.b),
        c = Vector128.ConditionalSelect(Vector128.GreaterThan(a.c, b.c), a.c, b.c),
        d = Vector128.ConditionalSelect(Vector128.GreaterThan(a.d, b.d), a.d, b.d),
    };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Min(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) => new()
    {
        a = Vector128.ConditionalSelect(Vector128.LessThan(a.a, b.a), a.a, b.a),
        b = Vector128.ConditionalSelect(Vector128.LessThan(a.b, b.b), a.b, b.b),
        c = Vector128.ConditionalSelect(Vector128.LessThan(a.c, b.c), a.c, b.c),
        d = Vector128.ConditionalSelect(Vector128.LessThan(a.d, b.d), a.d, b.d),
    };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> IfLess(
        Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b, Quarters<TNumber, TRounding> yes,
        Quarters<TNumber, TRounding> no) =>
        new()
    {
        a = Vector128.ConditionalSelect(Vector128.LessThan(a.a, b.a), yes.a, no.a),
        b = Vector128.ConditionalSelect(Vector128.LessThan(a.b, b.b), yes.b, no.b),
        c = Vector128.ConditionalSelect(Vector128.LessThan(a.c, b.c), yes.c, no.c),
        d = Vector128.ConditionalSelect(Vector128.LessThan(a.d, b.d), yes.d, no.d),
    };

    // As integers: where a thread takes denormal numbers for zero, the compiler does so too with a constant whose bits are those of one.
    [MethodImpl(Inline)]
    private static Vector128<uint> Bits(Vector128<TNumber> v) => v.As<TNumber, uint>();

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> And(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = (Bits(a.a) & Bits(b.a)).As<uint, TNumber>(), b = (Bits(a.b) & Bits(b.b)).As<uint, TNumber>(), c = (Bits(a.c) & Bits(b.c)).As<uint, TNumber>(), d = (Bits(a.d) & Bits(b.d)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Or(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = (Bits(a.a) | Bits(b.a)).As<uint, TNumber>(), b = (Bits(a.b) | Bits(b.b)).As<uint, TNumber>(), c = (Bits(a.c) | Bits(b.c)).As<uint, TNumber>(), d = (Bits(a.d) | Bits(b.d)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Xor(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { a = (Bits(a.a) ^ Bits(b.a)).As<uint, TNumber>(), b = (Bits(a.b) ^ Bits(b.b)).As<uint, TNumber>(), c = (Bits(a.c) ^ Bits(b.c)).As<uint, TNumber>(), d = (Bits(a.d) ^ Bits(b.d)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> AddBits(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            a = (a.a.As<TNumber, int>() + b.a.As<TNumber, int>()).As<int, TNumber>(),
            b = (a.b.As<TNumber, int>() + b.b.As<TNumber, int>()).As<int, TNumber>(),
            c = (a.c.As<TNumber, int>() + b.c.As<TNumber, int>()).As<int, TNumber>(),
            d = (a.d.As<TNumber, int>() + b.d.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            a = (a.a.As<TNumber, long>() + b.a.As<TNumber, long>()).As<long, TNumber>(),
            b = (a.b.As<TNumber, long>() + b.b.As<TNumber, long>()).As<long, TNumber>(),
            c = (a.c.As<TNumber, long>() + b.c.As<TNumber, long>()).As<long, TNumber>(),
            d = (a.d.As<TNumber, long>() + b.d.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> SubtractBits(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            a = (a.a.As<TNumber, int>() - b.a.As<TNumber, int>()).As<int, TNumber>(),
            b = (a.b.As<TNumber, int>() - b.b.As<TNumber, int>()).As<int, TNumber>(),
            c = (a.c.As<TNumber, int>() - b.c.As<TNumber, int>()).As<int, TNumber>(),
            d = (a.d.As<TNumber, int>() - b.d.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            a = (a.a.As<TNumber, long>() - b.a.As<TNumber, long>()).As<long, TNumber>(),
            b = (a.b.As<TNumber, long>() - b.b.As<TNumber, long>()).As<long, TNumber>(),
            c = (a.c.As<TNumber, long>() - b.c.As<TNumber, long>()).As<long, TNumber>(),
            d = (a.d.As<TNumber, long>() - b.d.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> ShiftLeft(Quarters<TNumber, TRounding> a, int count) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector128.ShiftLeft(a.a.As<TNumber, int>(), count).As<int, TNumber>(),
            b = Vector128.ShiftLeft(a.b.As<TNumber, int>(), count).As<int, TNumber>(),
            c = Vector128.ShiftLeft(a.c.As<TNumber, int>(), count).As<int, TNumber>(),
            d = Vector128.ShiftLeft(a.d.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            a = Vector128.ShiftLeft(a.a.As<TNumber, long>(), count).As<long, TNumber>(),
            b = Vector128.ShiftLeft(a.b.As<TNumber, long>(), count).As<long, TNumber>(),
            c = Vector128.ShiftLeft(a.c.As<TNumber, long>(), count).As<long, TNumber>(),
            d = Vector128.ShiftLeft(a.d.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> ShiftRight(Quarters<TNumber, TRounding> a, int count) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            a = Vector128.ShiftRightLogical(a.a.As<TNumber, int>(), count).As<int, TNumber>(),
            b = Vector128.ShiftRightLogical(a.b.As<TNumber, int>(), count).As<int, TNumber>(),
            c = Vector128.ShiftRightLogical(a.c.As<TNumber, int>(), count).As<int, TNumber>(),
            d = Vector128.ShiftRightLogical(a.d.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            a = Vector128.ShiftRightLogical(a.a.As<TNumber, long>(), count).As<long, TNumber>(),
            b = Vector128.ShiftRightLogical(a.b.As<TNumber, long>(), count).As<long, TNumber>(),
            c = Vector128.ShiftRightLogical(a.c.As<TNumber, long>(), count).As<long, TNumber>(),
            d = Vector128.ShiftRightLogical(a.d.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> MultiplyLow(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new()
    {
        a = MultiplyLow(a.a, b.a),
        b = MultiplyLow(a.b, b.b),
        c = MultiplyLow(a.c, b.c),
        d = MultiplyLow(a.d, b.d),
    };

    [MethodImpl(Inline)]
    private static Vector128<TNumber> MultiplyLow(Vector128<TNumber> a, Vector128<TNumber> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Multiply(a.As<TNumber, uint>(), b.As<TNumber, uint>()).As<ulong, TNumber>();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningLower(
                AdvSimd.ExtractNarrowingLower(a.As<TNumber, ulong>()), AdvSimd.ExtractNarrowingLower(
                b.As<TNumber, ulong>())).As<ulong, TNumber>();
        }

        var mask = Vector128.Create(0xfffffffful);
        return ((a.As<TNumber, ulong>() & mask) * (b.As<TNumber, ulong>() & mask)).As<ulong, TNumber>();
    }

    [MethodImpl(Inline)]
    public static double Sum(Quarters<TNumber, TRounding> v) => Halving.Sum((v.a + v.c) + (v.b + v.d));
}
