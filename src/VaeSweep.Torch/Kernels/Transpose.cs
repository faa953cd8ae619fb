using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>Squares turned over their diagonal.</summary>
internal static unsafe class Transpose
{
    /// <summary>to[c][r] = from[min(r, more)][c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EightByEight(float* from, nint ldf, int more, float* to, nint ldt)
    {
        if (!Avx.IsSupported)
        {
            for (var r = 0; r < 8; r++)
            {
                for (var q = 0; q < 8; q++)
                {
                    to[(q * ldt) + r] = from[(Math.Min(r, more) * ldf) + q];
                }
            }

            return;
        }

        // 4 x 4 squares in both halves of the vectors at once, then halves change places.
        float* r1 = from + (more > 0 ? ldf : 0), r2 = r1 + (more > 1 ? ldf : 0), r3 = r2 + (more > 2 ? ldf : 0),
            r4 = r3 + (more > 3 ? ldf : 0);
        float* r5 = r4 + (more > 4 ? ldf : 0), r6 = r5 + (more > 5 ? ldf : 0), r7 = r6 + (more > 6 ? ldf : 0);
        Square(from, r1, r2, r3, out var a, out var b, out var c, out var d);
        Square(r4, r5, r6, r7, out var e, out var f, out var g, out var h);
        float* t1 = to + ldt, t2 = t1 + ldt, t3 = t2 + ldt, t4 = t3 + ldt, t5 = t4 + ldt, t6 = t5 + ldt, t7 = t6 + ldt;
        Avx.Permute2x128(a, e, 0x20).Store(to);
        Avx.Permute2x128(b, f, 0x20).Store(t1);
        Avx.Permute2x128(c, g, 0x20).Store(t2);
        Avx.Permute2x128(d, h, 0x20).Store(t3);
        Avx.Permute2x128(a, e, 0x31).Store(t4);
        Avx.Permute2x128(b, f, 0x31).Store(t5);
        Avx.Permute2x128(c, g, 0x31).Store(t6);
        Avx.Permute2x128(d, h, 0x31).Store(t7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(
        float* r0, float* r1, float* r2, float* r3, out Vector256<float> a, out Vector256<float> b, out Vector256<float> c,
        out Vector256<float> d)
    {
        Vector256<float> v0 = Vector256.Load(r0), v1 = Vector256.Load(r1), v2 = Vector256.Load(r2), v3 = Vector256.Load(r3);
        Vector256<float> low01 = Avx.UnpackLow(v0, v1), low23 = Avx.UnpackLow(v2, v3);
        Vector256<float> high01 = Avx.UnpackHigh(v0, v1), high23 = Avx.UnpackHigh(v2, v3);
        a = Avx.Shuffle(low01, low23, 0x44);
        b = Avx.Shuffle(low01, low23, 0xee);
        c = Avx.Shuffle(high01, high23, 0x44);
        d = Avx.Shuffle(high01, high23, 0xee);
    }
}
