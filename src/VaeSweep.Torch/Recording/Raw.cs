using System.Runtime.InteropServices;

namespace VaeSweep.Torch;

/// <summary>Memory behind tensors, by TorchSharp's own entry points: its managed ways to a pointer cost five to thirty times as
/// much.</summary>
internal static unsafe partial class Raw
{
    private const string Library = "LibTorchSharp";

    /// <summary>The first element of a contiguous float32 tensor on the CPU; valid while the tensor lives.</summary>
    public static float* Floats(Tensor tensor) => (float*)Pointer(tensor);

    /// <summary>The first element of a contiguous float64 tensor on the CPU; valid while the tensor lives.</summary>
    public static double* Doubles(Tensor tensor) => (double*)Pointer(tensor);

    /// <summary>The first element of a contiguous tensor on the CPU.</summary>
    public static void* Pointer(Tensor tensor)
    {
        var pointer = THSTensor_data(tensor.Handle);
        GC.KeepAlive(tensor);
        return (void*)pointer;
    }

    /// <summary>What TorchSharp's objects of one tensor have in common: a conversion that changes nothing makes a second object of
    /// the same tensor.</summary>
    public static nint Identity(Tensor tensor)
    {
        // A handle points to libtorch's own reference to the tensor.
        var identity = *(nint*)tensor.Handle;
        GC.KeepAlive(tensor);
        return identity;
    }

    /// <summary>Whether a backward pass has left a gradient with the tensor.</summary>
    public static bool HasGradient(Tensor tensor)
    {
        var gradient = THSTensor_grad(tensor.Handle);
        GC.KeepAlive(tensor);
        if (gradient == 0)
            return false;

        THSTensor_dispose(gradient);
        return true;
    }

    [LibraryImport(Library)]
    private static partial nint THSTensor_data(nint tensor);

    [LibraryImport(Library)]
    private static partial nint THSTensor_grad(nint tensor);

    [LibraryImport(Library)]
    private static partial void THSTensor_dispose(nint tensor);
}
