using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeSweep.Torch.Kernels;

/// <summary>The end of a sum by halves.</summary>
internal static class Halving
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum<TNumber>(Vector128<TNumber> v)
        where TNumber : unmanaged
    {
        if (typeof(TNumber) == typeof(float))
        {
            var four = v.As<TNumber, float>();
            var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
            return two[0] + two[1];
        }

        var both = v.As<TNumber, double>();
        return both[0] + both[1];
    }
}
