using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>16 floats of AVX-512, for products.</summary>
internal unsafe struct Float16 : ITileVector<Float16>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private Vector512<float> _v;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    [MethodImpl(Inline)]
    public static Float16 All(float x) => new() { _v = Vector512.Create(x) };

    [MethodImpl(Inline)]
    public static Float16 Load(float* p) => new() { _v = Vector512.Load(p) };

    [MethodImpl(Inline)]
    public static void Store(Float16 v, float* p) => v._v.Store(p);

    [MethodImpl(Inline)]
    public static void Prefetch(float* p) => Sse.Prefetch0(p);

    [MethodImpl(Inline)]
    public static Float16 Fma(Float16 a, Float16 b, Float16 c) => new() { _v = Vector512.FusedMultiplyAdd(a._v, b._v, c._v) };

    [MethodImpl(Inline)]
    public static Float16 Load(float* p, int count) => new() { _v = Avx512F.MaskLoad(p, Lanes(count), Vector512<float>.Zero) };

    [MethodImpl(Inline)]
    public static void Store(Float16 v, float* p, int count) => Avx512F.MaskStore(p, Lanes(count), v._v);

    [MethodImpl(Inline)]
    private static Vector512<float> Lanes(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
