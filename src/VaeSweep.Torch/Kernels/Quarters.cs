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

    private Vector128<TNumber> _a;
    private Vector128<TNumber> _b;
    private Vector128<TNumber> _c;
    private Vector128<TNumber> _d;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 4 * Vector128<TNumber>.Count;
    }

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> All(TNumber x) =>
        new() { _a = Vector128.Create(x), _b = Vector128.Create(x), _c = Vector128.Create(x), _d = Vector128.Create(x) };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Of(double x) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector128.Create((float)x).As<float, TNumber>(),
            _b = Vector128.Create((float)x).As<float, TNumber>(),
            _c = Vector128.Create((float)x).As<float, TNumber>(),
            _d = Vector128.Create((float)x).As<float, TNumber>(),
        }
        : new()
        {
            _a = Vector128.Create(x).As<double, TNumber>(),
            _b = Vector128.Create(x).As<double, TNumber>(),
            _c = Vector128.Create(x).As<double, TNumber>(),
            _d = Vector128.Create(x).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> AllBits(long bits) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector128.Create((int)bits).As<int, TNumber>(),
            _b = Vector128.Create((int)bits).As<int, TNumber>(),
            _c = Vector128.Create((int)bits).As<int, TNumber>(),
            _d = Vector128.Create((int)bits).As<int, TNumber>(),
        }
        : new()
        {
            _a = Vector128.Create(bits).As<long, TNumber>(),
            _b = Vector128.Create(bits).As<long, TNumber>(),
            _c = Vector128.Create(bits).As<long, TNumber>(),
            _d = Vector128.Create(bits).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Load(TNumber* p) =>
        new()
        {
            _a = Vector128.Load(p),
            _b = Vector128.Load(p + Vector128<TNumber>.Count),
            _c = Vector128.Load(p + (2 * Vector128<TNumber>.Count)),
            _d = Vector128.Load(p + (3 * Vector128<TNumber>.Count)),
        };

    [MethodImpl(Inline)]
    public static void Store(Quarters<TNumber, TRounding> v, TNumber* p)
    {
        v._a.Store(p);
        v._b.Store(p + Vector128<TNumber>.Count);
        v._c.Store(p + (2 * Vector128<TNumber>.Count));
        v._d.Store(p + (3 * Vector128<TNumber>.Count));
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
        new() { _a = a._a + b._a, _b = a._b + b._b, _c = a._c + b._c, _d = a._d + b._d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator -(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { _a = a._a - b._a, _b = a._b - b._b, _c = a._c - b._c, _d = a._d - b._d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator *(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { _a = a._a * b._a, _b = a._b * b._b, _c = a._c * b._c, _d = a._d * b._d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator /(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { _a = a._a / b._a, _b = a._b / b._b, _c = a._c / b._c, _d = a._d / b._d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> operator -(Quarters<TNumber, TRounding> a) =>
        new() { _a = -a._a, _b = -a._b, _c = -a._c, _d = -a._d };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Fma(
        Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b, Quarters<TNumber, TRounding> c) => !TRounding.Once
        ? new() { _a = (a._a * b._a) + c._a, _b = (a._b * b._b) + c._b, _c = (a._c * b._c) + c._c, _d = (a._d * b._d) + c._d }
        : typeof(TNumber) == typeof(float)
            ? new()
            {
                _a = Vector128.FusedMultiplyAdd(a._a.As<TNumber, float>(), b._a.As<TNumber, float>(),
                    c._a.As<TNumber, float>()).As<float, TNumber>(),
                _b = Vector128.FusedMultiplyAdd(a._b.As<TNumber, float>(), b._b.As<TNumber, float>(),
                c._b.As<TNumber, float>()).As<float, TNumber>(),
                _c = Vector128.FusedMultiplyAdd(a._c.As<TNumber, float>(), b._c.As<TNumber, float>(),
                c._c.As<TNumber, float>()).As<float, TNumber>(),
                _d = Vector128.FusedMultiplyAdd(a._d.As<TNumber, float>(), b._d.As<TNumber, float>(),
                c._d.As<TNumber, float>()).As<float, TNumber>(),
            }
            : new()
            {
                _a = Vector128.FusedMultiplyAdd(a._a.As<TNumber, double>(), b._a.As<TNumber, double>(),
                    c._a.As<TNumber, double>()).As<double, TNumber>(),
                _b = Vector128.FusedMultiplyAdd(a._b.As<TNumber, double>(), b._b.As<TNumber, double>(),
                c._b.As<TNumber, double>()).As<double, TNumber>(),
                _c = Vector128.FusedMultiplyAdd(a._c.As<TNumber, double>(), b._c.As<TNumber, double>(),
                c._c.As<TNumber, double>()).As<double, TNumber>(),
                _d = Vector128.FusedMultiplyAdd(a._d.As<TNumber, double>(), b._d.As<TNumber, double>(),
                c._d.As<TNumber, double>()).As<double, TNumber>(),
            };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Sqrt(Quarters<TNumber, TRounding> a) =>
        new() { _a = Vector128.Sqrt(a._a), _b = Vector128.Sqrt(a._b), _c = Vector128.Sqrt(a._c), _d = Vector128.Sqrt(a._d) };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Floor(Quarters<TNumber, TRounding> a) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector128.Floor(a._a.As<TNumber, float>()).As<float, TNumber>(),
            _b = Vector128.Floor(a._b.As<TNumber, float>()).As<float, TNumber>(),
            _c = Vector128.Floor(a._c.As<TNumber, float>()).As<float, TNumber>(),
            _d = Vector128.Floor(a._d.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            _a = Vector128.Floor(a._a.As<TNumber, double>()).As<double, TNumber>(),
            _b = Vector128.Floor(a._b.As<TNumber, double>()).As<double, TNumber>(),
            _c = Vector128.Floor(a._c.As<TNumber, double>()).As<double, TNumber>(),
            _d = Vector128.Floor(a._d.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Max(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) => new()
    {
        _a = Vector128.ConditionalSelect(Vector128.GreaterThan(a._a, b._a), a._a, b._a),
        _b = Vector128.ConditionalSelect(Vector128.GreaterThan(a._b, b._b), a._b, b._b),
        _c = Vector128.ConditionalSelect(Vector128.GreaterThan(a._c, b._c), a._c, b._c),
        _d = Vector128.ConditionalSelect(Vector128.GreaterThan(a._d, b._d), a._d, b._d),
    };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Min(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) => new()
    {
        _a = Vector128.ConditionalSelect(Vector128.LessThan(a._a, b._a), a._a, b._a),
        _b = Vector128.ConditionalSelect(Vector128.LessThan(a._b, b._b), a._b, b._b),
        _c = Vector128.ConditionalSelect(Vector128.LessThan(a._c, b._c), a._c, b._c),
        _d = Vector128.ConditionalSelect(Vector128.LessThan(a._d, b._d), a._d, b._d),
    };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> IfLess(
        Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b, Quarters<TNumber, TRounding> yes,
        Quarters<TNumber, TRounding> no) =>
        new()
    {
        _a = Vector128.ConditionalSelect(Vector128.LessThan(a._a, b._a), yes._a, no._a),
        _b = Vector128.ConditionalSelect(Vector128.LessThan(a._b, b._b), yes._b, no._b),
        _c = Vector128.ConditionalSelect(Vector128.LessThan(a._c, b._c), yes._c, no._c),
        _d = Vector128.ConditionalSelect(Vector128.LessThan(a._d, b._d), yes._d, no._d),
    };

    // As integers: where a thread takes denormal numbers for zero, the compiler does so too with a constant whose bits are those
    // of one.
    [MethodImpl(Inline)]
    private static Vector128<uint> Bits(Vector128<TNumber> v) => v.As<TNumber, uint>();

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> And(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { _a = (Bits(a._a) & Bits(b._a)).As<uint, TNumber>(), _b = (Bits(a._b) & Bits(b._b))
            .As<uint, TNumber>(), _c = (Bits(a._c) & Bits(b._c)).As<uint, TNumber>(), _d = (Bits(a._d) & Bits(b._d))
            .As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Or(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { _a = (Bits(a._a) | Bits(b._a)).As<uint, TNumber>(), _b = (Bits(a._b) | Bits(b._b))
            .As<uint, TNumber>(), _c = (Bits(a._c) | Bits(b._c)).As<uint, TNumber>(), _d = (Bits(a._d) | Bits(b._d))
            .As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> Xor(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new() { _a = (Bits(a._a) ^ Bits(b._a)).As<uint, TNumber>(), _b = (Bits(a._b) ^ Bits(b._b))
            .As<uint, TNumber>(), _c = (Bits(a._c) ^ Bits(b._c)).As<uint, TNumber>(), _d = (Bits(a._d) ^ Bits(b._d))
            .As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> AddBits(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = (a._a.As<TNumber, int>() + b._a.As<TNumber, int>()).As<int, TNumber>(),
            _b = (a._b.As<TNumber, int>() + b._b.As<TNumber, int>()).As<int, TNumber>(),
            _c = (a._c.As<TNumber, int>() + b._c.As<TNumber, int>()).As<int, TNumber>(),
            _d = (a._d.As<TNumber, int>() + b._d.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            _a = (a._a.As<TNumber, long>() + b._a.As<TNumber, long>()).As<long, TNumber>(),
            _b = (a._b.As<TNumber, long>() + b._b.As<TNumber, long>()).As<long, TNumber>(),
            _c = (a._c.As<TNumber, long>() + b._c.As<TNumber, long>()).As<long, TNumber>(),
            _d = (a._d.As<TNumber, long>() + b._d.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> SubtractBits(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = (a._a.As<TNumber, int>() - b._a.As<TNumber, int>()).As<int, TNumber>(),
            _b = (a._b.As<TNumber, int>() - b._b.As<TNumber, int>()).As<int, TNumber>(),
            _c = (a._c.As<TNumber, int>() - b._c.As<TNumber, int>()).As<int, TNumber>(),
            _d = (a._d.As<TNumber, int>() - b._d.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            _a = (a._a.As<TNumber, long>() - b._a.As<TNumber, long>()).As<long, TNumber>(),
            _b = (a._b.As<TNumber, long>() - b._b.As<TNumber, long>()).As<long, TNumber>(),
            _c = (a._c.As<TNumber, long>() - b._c.As<TNumber, long>()).As<long, TNumber>(),
            _d = (a._d.As<TNumber, long>() - b._d.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> ShiftLeft(Quarters<TNumber, TRounding> a, int count) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector128.ShiftLeft(a._a.As<TNumber, int>(), count).As<int, TNumber>(),
            _b = Vector128.ShiftLeft(a._b.As<TNumber, int>(), count).As<int, TNumber>(),
            _c = Vector128.ShiftLeft(a._c.As<TNumber, int>(), count).As<int, TNumber>(),
            _d = Vector128.ShiftLeft(a._d.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            _a = Vector128.ShiftLeft(a._a.As<TNumber, long>(), count).As<long, TNumber>(),
            _b = Vector128.ShiftLeft(a._b.As<TNumber, long>(), count).As<long, TNumber>(),
            _c = Vector128.ShiftLeft(a._c.As<TNumber, long>(), count).As<long, TNumber>(),
            _d = Vector128.ShiftLeft(a._d.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> ShiftRight(Quarters<TNumber, TRounding> a, int count) =>
        typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector128.ShiftRightLogical(a._a.As<TNumber, int>(), count).As<int, TNumber>(),
            _b = Vector128.ShiftRightLogical(a._b.As<TNumber, int>(), count).As<int, TNumber>(),
            _c = Vector128.ShiftRightLogical(a._c.As<TNumber, int>(), count).As<int, TNumber>(),
            _d = Vector128.ShiftRightLogical(a._d.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            _a = Vector128.ShiftRightLogical(a._a.As<TNumber, long>(), count).As<long, TNumber>(),
            _b = Vector128.ShiftRightLogical(a._b.As<TNumber, long>(), count).As<long, TNumber>(),
            _c = Vector128.ShiftRightLogical(a._c.As<TNumber, long>(), count).As<long, TNumber>(),
            _d = Vector128.ShiftRightLogical(a._d.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Quarters<TNumber, TRounding> MultiplyLow(Quarters<TNumber, TRounding> a, Quarters<TNumber, TRounding> b) =>
        new()
    {
        _a = MultiplyLow(a._a, b._a),
        _b = MultiplyLow(a._b, b._b),
        _c = MultiplyLow(a._c, b._c),
        _d = MultiplyLow(a._d, b._d),
    };

    [MethodImpl(Inline)]
    private static Vector128<TNumber> MultiplyLow(Vector128<TNumber> a, Vector128<TNumber> b)
    {
        if (Sse2.IsSupported)
            return Sse2.Multiply(a.As<TNumber, uint>(), b.As<TNumber, uint>()).As<ulong, TNumber>();

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
    public static double Sum(Quarters<TNumber, TRounding> v) => Halving.Sum((v._a + v._c) + (v._b + v._d));
}
