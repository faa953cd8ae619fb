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
                    to[(q * ldt) + r] = from[(Math.Min(r, more) * ldf) + q];
            }

            return;
        }

        float* r1 = from + (more > 0 ? ldf : 0), r2 = r1 + (more > 1 ? ldf : 0), r3 = r2 + (more > 2 ? ldf : 0),
            r4 = r3 + (more > 3 ? ldf : 0);
        float* r5 = r4 + (more > 4 ? ldf : 0), r6 = r5 + (more > 5 ? ldf : 0), r7 = r6 + (more > 6 ? ldf : 0);

        // Rows r and r + 4 side by side, so that two 4 x 4 squares are turned at once and nothing crosses the halves afterwards.
        Turn(from, r1, r2, r3, r4, r5, r6, r7, to, ldt);
        Turn(from + 4, r1 + 4, r2 + 4, r3 + 4, r4 + 4, r5 + 4, r6 + 4, r7 + 4, to + (4 * ldt), ldt);
    }

    /// <summary>Four columns of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        float* r0, float* r1, float* r2, float* r3, float* r4, float* r5, float* r6, float* r7, float* to, nint ldt)
    {
        var v0 = Avx.InsertVector128(Vector128.Load(r0).ToVector256Unsafe(), Vector128.Load(r4), 1);
        var v1 = Avx.InsertVector128(Vector128.Load(r1).ToVector256Unsafe(), Vector128.Load(r5), 1);
        var v2 = Avx.InsertVector128(Vector128.Load(r2).ToVector256Unsafe(), Vector128.Load(r6), 1);
        var v3 = Avx.InsertVector128(Vector128.Load(r3).ToVector256Unsafe(), Vector128.Load(r7), 1);
        Vector256<float> low01 = Avx.UnpackLow(v0, v1), low23 = Avx.UnpackLow(v2, v3);
        Vector256<float> high01 = Avx.UnpackHigh(v0, v1), high23 = Avx.UnpackHigh(v2, v3);
        Avx.Shuffle(low01, low23, 0x44).Store(to);
        Avx.Shuffle(low01, low23, 0xee).Store(to + ldt);
        Avx.Shuffle(high01, high23, 0x44).Store(to + (2 * ldt));
        Avx.Shuffle(high01, high23, 0xee).Store(to + (3 * ldt));
    }
}
