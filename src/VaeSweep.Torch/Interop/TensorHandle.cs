using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

/// <summary>Owns one native tensor. Freed by <see cref="DisposeScope"/> or Dispose on the thread that trains.</summary>
internal sealed class TensorHandle : SafeHandle
{
    private static readonly ConcurrentQueue<nint> Forgotten = new();
    private static long leaked;
    private bool finalizing;

    internal TensorHandle(nint pointer)
        : base(0, ownsHandle: true) => SetHandle(pointer);

    public override bool IsInvalid => handle == 0;

    /// <summary>How many tensors nobody disposed, so that the garbage collector had to find them.</summary>
    internal static long Leaked => Interlocked.Read(ref leaked);

    /// <summary>Frees what the finalizer found, on the caller's thread.</summary>
    internal static void FreeForgotten()
    {
        while (Forgotten.TryDequeue(out var pointer))
        {
            Native.vs_tensor_free(pointer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        finalizing = !disposing;
        base.Dispose(disposing);
    }

    // Freeing GPU memory from the finalizer's thread during a graph capture breaks the capture, so that thread only makes a note.
    protected override bool ReleaseHandle()
    {
        if (finalizing)
        {
            Interlocked.Increment(ref leaked);
            Forgotten.Enqueue(handle);
        }
        else
        {
            Native.vs_tensor_free(handle);
        }

        return true;
    }
}
