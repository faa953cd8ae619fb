using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>A thread's scratch memory, kept from call to call and collected after the thread has ended.</summary>
internal static unsafe class Room
{
    private const int Line = 64;

    [ThreadStatic]
    private static float[]? mine;

    /// <summary>Memory of this thread, from a cache line's border; good until the thread's next call.</summary>
    public static float* Of(long floats)
    {
        if (mine == null || mine.Length < floats + (Line / sizeof(float)))
        {
            mine = GC.AllocateUninitializedArray<float>(checked((int)(floats + (floats / 4) + (Line / sizeof(float)))),
                pinned: true);
        }

        var start = (nuint)(float*)Marshal.UnsafeAddrOfPinnedArrayElement(mine, 0);
        return (float*)((start + Line - 1) & ~(nuint)(Line - 1));
    }
}
