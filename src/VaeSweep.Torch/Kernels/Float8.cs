using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>8 floats of AVX2 with FMA, for products.</summary>
internal unsafe struct Float8 : ITileVector<Float8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private Vector256<float> _v;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    [MethodImpl(Inline)]
    public static Float8 All(float x) => new() { _v = Vector256.Create(x) };

    [MethodImpl(Inline)]
    public static Float8 Load(float* p) => new() { _v = Vector256.Load(p) };

    [MethodImpl(Inline)]
    public static void Store(Float8 v, float* p) => v._v.Store(p);

    [MethodImpl(Inline)]
    public static void Prefetch(float* p) => Sse.Prefetch0(p);

    [MethodImpl(Inline)]
    public static Float8 Fma(Float8 a, Float8 b, Float8 c) => new() { _v = Vector256.FusedMultiplyAdd(a._v, b._v, c._v) };

    [MethodImpl(Inline)]
    public static Float8 Load(float* p, int count) =>
        new() { _v = Avx.MaskLoad(p, Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle()) };

    // By a copy: some processors take twenty times as long for a masked store.
    public static void Store(Float8 v, float* p, int count) => Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(float)));
}
