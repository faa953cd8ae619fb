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

    private Vector256<TNumber> _a;
    private Vector256<TNumber> _b;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 2 * Vector256<TNumber>.Count;
    }

    [MethodImpl(Inline)]
    public static Halves<TNumber> All(TNumber x) => new() { _a = Vector256.Create(x), _b = Vector256.Create(x) };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Of(double x) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector256.Create((float)x).As<float, TNumber>(), _b = Vector256.Create((float)x).As<float, TNumber>() }
        : new() { _a = Vector256.Create(x).As<double, TNumber>(), _b = Vector256.Create(x).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> AllBits(long bits) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector256.Create((int)bits).As<int, TNumber>(), _b = Vector256.Create((int)bits).As<int, TNumber>() }
        : new() { _a = Vector256.Create(bits).As<long, TNumber>(), _b = Vector256.Create(bits).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Load(TNumber* p) =>
        new() { _a = Vector256.Load(p), _b = Vector256.Load(p + Vector256<TNumber>.Count) };

    [MethodImpl(Inline)]
    public static void Store(Halves<TNumber> v, TNumber* p)
    {
        v._a.Store(p);
        v._b.Store(p + Vector256<TNumber>.Count);
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
    public static Halves<TNumber> operator +(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = a._a + b._a, _b = a._b + b._b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator -(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = a._a - b._a, _b = a._b - b._b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator *(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = a._a * b._a, _b = a._b * b._b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator /(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = a._a / b._a, _b = a._b / b._b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> operator -(Halves<TNumber> a) => new() { _a = -a._a, _b = -a._b };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Fma(Halves<TNumber> a, Halves<TNumber> b, Halves<TNumber> c) => typeof(TNumber) == typeof(float)
        ? new()
            {
            _a = Vector256.FusedMultiplyAdd(a._a.As<TNumber, float>(), b._a.As<TNumber, float>(),
                c._a.As<TNumber, float>()).As<float, TNumber>(),
            _b = Vector256.FusedMultiplyAdd(a._b.As<TNumber, float>(), b._b.As<TNumber, float>(),
            c._b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
            {
            _a = Vector256.FusedMultiplyAdd(a._a.As<TNumber, double>(), b._a.As<TNumber, double>(),
                c._a.As<TNumber, double>()).As<double, TNumber>(),
            _b = Vector256.FusedMultiplyAdd(a._b.As<TNumber, double>(), b._b.As<TNumber, double>(),
            c._b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Sqrt(Halves<TNumber> a) => new() { _a = Vector256.Sqrt(a._a), _b = Vector256.Sqrt(a._b) };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Floor(Halves<TNumber> a) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector256.Floor(a._a.As<TNumber, float>()).As<float, TNumber>(),
            _b = Vector256.Floor(a._b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            _a = Vector256.Floor(a._a.As<TNumber, double>()).As<double, TNumber>(),
            _b = Vector256.Floor(a._b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Max(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Avx.Max(a._a.As<TNumber, float>(), b._a.As<TNumber, float>()).As<float, TNumber>(),
            _b = Avx.Max(a._b.As<TNumber, float>(), b._b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            _a = Avx.Max(a._a.As<TNumber, double>(), b._a.As<TNumber, double>()).As<double, TNumber>(),
            _b = Avx.Max(a._b.As<TNumber, double>(), b._b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Min(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Avx.Min(a._a.As<TNumber, float>(), b._a.As<TNumber, float>()).As<float, TNumber>(),
            _b = Avx.Min(a._b.As<TNumber, float>(), b._b.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            _a = Avx.Min(a._a.As<TNumber, double>(), b._a.As<TNumber, double>()).As<double, TNumber>(),
            _b = Avx.Min(a._b.As<TNumber, double>(), b._b.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> IfLess(Halves<TNumber> a, Halves<TNumber> b, Halves<TNumber> yes, Halves<TNumber> no) => new()
    {
        _a = Vector256.ConditionalSelect(Vector256.LessThan(a._a, b._a), yes._a, no._a),
        _b = Vector256.ConditionalSelect(Vector256.LessThan(a._b, b._b), yes._b, no._b),
    };

    // As integers: where a thread takes denormal numbers for zero, the compiler does so too with a constant whose bits are those
    // of one.
    [MethodImpl(Inline)]
    private static Vector256<uint> Bits(Vector256<TNumber> v) => v.As<TNumber, uint>();

    [MethodImpl(Inline)]
    public static Halves<TNumber> And(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = (Bits(a._a) & Bits(b._a)).As<uint, TNumber>(), _b = (Bits(a._b) & Bits(b._b)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Or(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = (Bits(a._a) | Bits(b._a)).As<uint, TNumber>(), _b = (Bits(a._b) | Bits(b._b)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> Xor(Halves<TNumber> a, Halves<TNumber> b) =>
        new() { _a = (Bits(a._a) ^ Bits(b._a)).As<uint, TNumber>(), _b = (Bits(a._b) ^ Bits(b._b)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Halves<TNumber> AddBits(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = (a._a.As<TNumber, int>() + b._a.As<TNumber, int>()).As<int, TNumber>(),
            _b = (a._b.As<TNumber, int>() + b._b.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            _a = (a._a.As<TNumber, long>() + b._a.As<TNumber, long>()).As<long, TNumber>(),
            _b = (a._b.As<TNumber, long>() + b._b.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> SubtractBits(Halves<TNumber> a, Halves<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = (a._a.As<TNumber, int>() - b._a.As<TNumber, int>()).As<int, TNumber>(),
            _b = (a._b.As<TNumber, int>() - b._b.As<TNumber, int>()).As<int, TNumber>(),
        }
        : new()
        {
            _a = (a._a.As<TNumber, long>() - b._a.As<TNumber, long>()).As<long, TNumber>(),
            _b = (a._b.As<TNumber, long>() - b._b.As<TNumber, long>()).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> ShiftLeft(Halves<TNumber> a, int count) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector256.ShiftLeft(a._a.As<TNumber, int>(), count).As<int, TNumber>(),
            _b = Vector256.ShiftLeft(a._b.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            _a = Vector256.ShiftLeft(a._a.As<TNumber, long>(), count).As<long, TNumber>(),
            _b = Vector256.ShiftLeft(a._b.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> ShiftRight(Halves<TNumber> a, int count) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector256.ShiftRightLogical(a._a.As<TNumber, int>(), count).As<int, TNumber>(),
            _b = Vector256.ShiftRightLogical(a._b.As<TNumber, int>(), count).As<int, TNumber>(),
        }
        : new()
        {
            _a = Vector256.ShiftRightLogical(a._a.As<TNumber, long>(), count).As<long, TNumber>(),
            _b = Vector256.ShiftRightLogical(a._b.As<TNumber, long>(), count).As<long, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Halves<TNumber> MultiplyLow(Halves<TNumber> a, Halves<TNumber> b) => new()
    {
        _a = Avx2.Multiply(Bits(a._a), Bits(b._a)).As<ulong, TNumber>(),
        _b = Avx2.Multiply(Bits(a._b), Bits(b._b)).As<ulong, TNumber>(),
    };

    [MethodImpl(Inline)]
    public static double Sum(Halves<TNumber> v)
    {
        var half = v._a + v._b;
        var quarter = half.GetLower() + half.GetUpper();
        return Halving.Sum(quarter);
    }
}
