using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>512 bits in one register: AVX-512 (F, BW, DQ, VL).</summary>
/// <remarks>Written without calls that would have to be inlined in turn: there is an end to how many the compiler takes in a
/// method.</remarks>
internal unsafe struct Whole<TNumber> : IVector<Whole<TNumber>, TNumber>
    where TNumber : unmanaged
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private Vector512<TNumber> _a;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => Vector512<TNumber>.Count;
    }

    [MethodImpl(Inline)]
    public static Whole<TNumber> All(TNumber x) => new() { _a = Vector512.Create(x) };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Of(double x) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector512.Create((float)x).As<float, TNumber>() }
        : new() { _a = Vector512.Create(x).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> AllBits(long bits) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector512.Create((int)bits).As<int, TNumber>() }
        : new() { _a = Vector512.Create(bits).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Load(TNumber* p) => new() { _a = Vector512.Load(p) };

    [MethodImpl(Inline)]
    public static void Store(Whole<TNumber> v, TNumber* p)
    {
        v._a.Store(p);
    }

    [MethodImpl(Inline)]
    public static Whole<TNumber> Load(TNumber* p, int count) => typeof(TNumber) == typeof(float)
        ? new() { _a = Avx512F.MaskLoad((float*)p, Lanes(count), Vector512<float>.Zero).As<float, TNumber>() }
        : new() { _a = Avx512F.MaskLoad((double*)p, DoubleLanes(count), Vector512<double>.Zero).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static void Store(Whole<TNumber> v, TNumber* p, int count)
    {
        if (typeof(TNumber) == typeof(float))
            Avx512F.MaskStore((float*)p, Lanes(count), v._a.As<TNumber, float>());
        else
            Avx512F.MaskStore((double*)p, DoubleLanes(count), v._a.As<TNumber, double>());
    }

    [MethodImpl(Inline)]
    private static Vector512<float> Lanes(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(Inline)]
    private static Vector512<double> DoubleLanes(int count) =>
        Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();

    [MethodImpl(Inline)]
    public static Whole<TNumber> operator +(Whole<TNumber> a, Whole<TNumber> b) => new() { _a = a._a + b._a };

    [MethodImpl(Inline)]
    public static Whole<TNumber> operator -(Whole<TNumber> a, Whole<TNumber> b) => new() { _a = a._a - b._a };

    [MethodImpl(Inline)]
    public static Whole<TNumber> operator *(Whole<TNumber> a, Whole<TNumber> b) => new() { _a = a._a * b._a };

    [MethodImpl(Inline)]
    public static Whole<TNumber> operator /(Whole<TNumber> a, Whole<TNumber> b) => new() { _a = a._a / b._a };

    [MethodImpl(Inline)]
    public static Whole<TNumber> operator -(Whole<TNumber> a) => new() { _a = -a._a };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Fma(Whole<TNumber> a, Whole<TNumber> b, Whole<TNumber> c) => typeof(TNumber) == typeof(float)
        ? new()
        {
            _a = Vector512.FusedMultiplyAdd(a._a.As<TNumber, float>(), b._a.As<TNumber, float>(),
                c._a.As<TNumber, float>()).As<float, TNumber>(),
        }
        : new()
        {
            _a = Vector512.FusedMultiplyAdd(a._a.As<TNumber, double>(), b._a.As<TNumber, double>(),
                c._a.As<TNumber, double>()).As<double, TNumber>(),
        };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Sqrt(Whole<TNumber> a) => new() { _a = Vector512.Sqrt(a._a) };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Floor(Whole<TNumber> a) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector512.Floor(a._a.As<TNumber, float>()).As<float, TNumber>() }
        : new() { _a = Vector512.Floor(a._a.As<TNumber, double>()).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Max(Whole<TNumber> a, Whole<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new() { _a = Avx512F.Max(a._a.As<TNumber, float>(), b._a.As<TNumber, float>()).As<float, TNumber>() }
        : new() { _a = Avx512F.Max(a._a.As<TNumber, double>(), b._a.As<TNumber, double>()).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Min(Whole<TNumber> a, Whole<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new() { _a = Avx512F.Min(a._a.As<TNumber, float>(), b._a.As<TNumber, float>()).As<float, TNumber>() }
        : new() { _a = Avx512F.Min(a._a.As<TNumber, double>(), b._a.As<TNumber, double>()).As<double, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> IfLess(Whole<TNumber> a, Whole<TNumber> b, Whole<TNumber> yes, Whole<TNumber> no) =>
        new() { _a = Vector512.ConditionalSelect(Vector512.LessThan(a._a, b._a), yes._a, no._a) };

    // As integers: where a thread takes denormal numbers for zero, the compiler does so too with a constant whose bits are those
    // of one.
    [MethodImpl(Inline)]
    private static Vector512<uint> Bits(Vector512<TNumber> v) => v.As<TNumber, uint>();

    [MethodImpl(Inline)]
    public static Whole<TNumber> And(Whole<TNumber> a, Whole<TNumber> b) =>
        new() { _a = (Bits(a._a) & Bits(b._a)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Or(Whole<TNumber> a, Whole<TNumber> b) =>
        new() { _a = (Bits(a._a) | Bits(b._a)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> Xor(Whole<TNumber> a, Whole<TNumber> b) =>
        new() { _a = (Bits(a._a) ^ Bits(b._a)).As<uint, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> AddBits(Whole<TNumber> a, Whole<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new() { _a = (a._a.As<TNumber, int>() + b._a.As<TNumber, int>()).As<int, TNumber>() }
        : new() { _a = (a._a.As<TNumber, long>() + b._a.As<TNumber, long>()).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> SubtractBits(Whole<TNumber> a, Whole<TNumber> b) => typeof(TNumber) == typeof(float)
        ? new() { _a = (a._a.As<TNumber, int>() - b._a.As<TNumber, int>()).As<int, TNumber>() }
        : new() { _a = (a._a.As<TNumber, long>() - b._a.As<TNumber, long>()).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> ShiftLeft(Whole<TNumber> a, int count) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector512.ShiftLeft(a._a.As<TNumber, int>(), count).As<int, TNumber>() }
        : new() { _a = Vector512.ShiftLeft(a._a.As<TNumber, long>(), count).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> ShiftRight(Whole<TNumber> a, int count) => typeof(TNumber) == typeof(float)
        ? new() { _a = Vector512.ShiftRightLogical(a._a.As<TNumber, int>(), count).As<int, TNumber>() }
        : new() { _a = Vector512.ShiftRightLogical(a._a.As<TNumber, long>(), count).As<long, TNumber>() };

    [MethodImpl(Inline)]
    public static Whole<TNumber> MultiplyLow(Whole<TNumber> a, Whole<TNumber> b) =>
        new() { _a = Avx512F.Multiply(Bits(a._a), Bits(b._a)).As<ulong, TNumber>() };

    [MethodImpl(Inline)]
    public static double Sum(Whole<TNumber> v)
    {
        var half = v._a.GetLower() + v._a.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return Halving.Sum(quarter);
    }
}
