namespace VaeSweep.Training;

/// <summary>Garbage collections that the computing thread begins between two operations, so that no other thread begins one
/// during an operation.</summary>
/// <remarks>TorchSharp hands numbers (<see cref="Scalar"/>, the factor of x * 0.5 and the hidden one of x + y) to libtorch by
/// handles that nothing keeps alive. A collection that another thread begins during such a call lets the finalizer free the
/// number under libtorch's hands: the call fails with an internal assertion. Threads that write checkpoints and events allocate
/// too; what they may before they begin a collection themselves is a multiple of <see cref="Due"/>
/// (<see cref="TrainerEnvironment"/> sees to it).</remarks>
internal static class OwnCollections
{
    /// <summary>Bytes after which a collection is begun.</summary>
    private const long Due = 2 << 20;

    private static long _last;

    /// <summary>To be called between operations, as often as one likes.</summary>
    public static void Offer()
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: false);
        if (allocated - Interlocked.Read(ref _last) > Due)
        {
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            Interlocked.Exchange(ref _last, allocated);
        }
    }

    /// <summary>To be called when something large has been read: what reading left behind (files as they were packed, some 12 MB
    /// for MNIST) goes back to the system, where it would otherwise stay until the end.</summary>
    public static void Tidy() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
