using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>A thread's scratch memory, kept from call to call and collected after the thread has ended.</summary>
internal static unsafe class Room
{
    private const int Line = 64;

    [ThreadStatic]
    private static float[]? _mine;

    /// <summary>Memory of this thread, from a cache line's border; good until the thread's next call.</summary>
    public static float* Of(long floats)
    {
        if (_mine == null || _mine.Length < floats + (Line / sizeof(float)))
        {
            _mine = GC.AllocateUninitializedArray<float>(checked((int)(floats + (floats / 4) + (Line / sizeof(float)))),
                pinned: true);
        }

        var start = (nuint)(float*)Marshal.UnsafeAddrOfPinnedArrayElement(_mine, 0);
        return (float*)((start + Line - 1) & ~(nuint)(Line - 1));
    }
}
