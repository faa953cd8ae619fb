using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Whether a loop's vectors are whole or cut. A type, so that whole ones cost no question.</summary>
internal interface ILanes
{
    static abstract bool AreWhole { get; }
}

internal readonly struct WholeLanes : ILanes
{
    public static bool AreWhole => true;
}

internal readonly struct CutLanes : ILanes
{
    public static bool AreWhole => false;
}

/// <summary>Loads and stores of count lanes, where not all count.</summary>
internal static unsafe class Lanes<V, TNumber, TLanes>
    where V : unmanaged, IVector<V, TNumber>
    where TNumber : unmanaged
    where TLanes : struct, ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(TNumber* p, int count) => TLanes.AreWhole ? V.Load(p) : V.Load(p, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V v, TNumber* p, int count)
    {
        if (TLanes.AreWhole)
            V.Store(v, p);
        else
            V.Store(v, p, count);
    }

    /// <summary>The first lanes of v, zeros beyond.</summary>
    public static V First(V v, int count)
    {
        var room = stackalloc TNumber[V.Width];
        V.Store(v, room);
        return V.Load(room, count);
    }
}
