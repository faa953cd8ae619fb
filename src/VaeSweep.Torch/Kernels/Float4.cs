using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>4 floats of whatever the processor has, for products.</summary>
internal unsafe struct Float4<TRounding> : ITileVector<Float4<TRounding>>
    where TRounding : struct, IRounding
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private Vector128<float> _v;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    [MethodImpl(Inline)]
    public static Float4<TRounding> All(float x) => new() { _v = Vector128.Create(x) };

    [MethodImpl(Inline)]
    public static Float4<TRounding> Load(float* p) => new() { _v = Vector128.Load(p) };

    [MethodImpl(Inline)]
    public static void Store(Float4<TRounding> v, float* p) => v._v.Store(p);

    [MethodImpl(Inline)]
    public static void Prefetch(float* p)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(p);
    }

    [MethodImpl(Inline)]
    public static Float4<TRounding> Fma(Float4<TRounding> a, Float4<TRounding> b, Float4<TRounding> c) => TRounding.Once
        ? new() { _v = Vector128.FusedMultiplyAdd(a._v, b._v, c._v) }
        : new() { _v = (a._v * b._v) + c._v };

    public static Float4<TRounding> Load(float* p, int count)
    {
        var some = Vector128<float>.Zero;
        Unsafe.CopyBlockUnaligned(&some, p, (uint)(count * sizeof(float)));
        return new() { _v = some };
    }

    public static void Store(Float4<TRounding> v, float* p, int count) =>
        Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(float)));
}
