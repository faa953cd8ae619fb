using System.Runtime.InteropServices;
using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>What is known of the libtorch in use, and of the tensors that are alive in it.</summary>
public static class TorchRuntime
{
    /// <summary>Native tensors not yet freed, of all threads. Zero at the end of every test.</summary>
    public static long LiveTensors => Native.vs_live_tensors();

    /// <summary>Tensors that nobody disposed and the garbage collector found. Anything but zero is a missing scope.</summary>
    public static long LeakedTensors => TensorHandle.Leaked;

    /// <summary>Version of the libtorch that the native library was built against, such as 1.13.0.</summary>
    public static string TorchVersion => Marshal.PtrToStringUTF8(Native.vs_torch_version()) ?? "";

    /// <summary>File of the libtorch in use.</summary>
    public static string TorchPath => Marshal.PtrToStringUTF8(Native.vs_torch_path()) ?? "";

    /// <summary>How the libtorch in use was built: compiler, BLAS, CUDA, several lines.</summary>
    public static string TorchConfig => Marshal.PtrToStringUTF8(Native.vs_torch_config()) ?? "";

    /// <summary>File of the native library.</summary>
    public static string? NativePath => LibraryLocator.LoadedFrom;

    /// <summary>Whether the native library was built against a libtorch with CUDA.</summary>
    public static bool BuiltWithCuda => Native.vs_built_with_cuda() != 0;

    /// <summary>OPENBLAS_CORETYPE in force, or null where OpenBLAS chose by itself. It changes rounding, so it belongs to a trial's provenance.</summary>
    public static string? BlasCoreType => BlasKernels.CoreType;

    /// <summary>Which of this library's own CPU kernels run: avx512, avx2 or base; none where <see cref="OwnKernels"/> is off.
    /// VAESWEEP_CPU=avx2 forces a lesser one. Like <see cref="BlasCoreType"/>,
    /// it changes rounding.</summary>
    public static string CpuKernels => Marshal.PtrToStringUTF8(Native.vs_kernel_name()) ?? "";

    /// <summary>Whether this library's own CPU kernels are used. Off (from the start: VAESWEEP_CPU=none), libtorch's operations do everything, on the CPU
    /// as on a GPU, which is how the GPU's way is tested where there is none.</summary>
    public static bool OwnKernels
    {
        get => CpuKernels != "none";
        set => Status.Check(Native.vs_set_kernels(value ? 1 : 0));
    }

    /// <summary>Loads the native library now rather than at the first operation.</summary>
    /// <exception cref="TorchLibraryException">It is missing or does not fit; the message says what to do.</exception>
    public static void Load() => _ = Native.vs_abi_version();

    /// <summary>Frees tensors that the garbage collector found, on this thread. Scopes do it as they end.</summary>
    public static void FreeForgotten() => TensorHandle.FreeForgotten();
}
