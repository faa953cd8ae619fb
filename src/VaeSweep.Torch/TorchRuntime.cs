using VaeSweep.Torch.Kernels;
using VaeSweep.Torch.Loading;

namespace VaeSweep.Torch;

/// <summary>What is known of the libtorch in use, and of the tensors that are alive in it.</summary>
public static class TorchRuntime
{
    /// <summary>Tensors not yet freed, of all threads. Zero at the end of every test.</summary>
    public static long LiveTensors => Tensor.TotalCount;

    /// <summary>Version of the libtorch in use, as it says itself: 2.10.0, 2.10.0+cu128. Asking loads nothing.</summary>
    /// <exception cref="TorchLibraryException">There is none that fits; the message says what to do.</exception>
    public static string TorchVersion => NativeLibraries.Folder.Version;

    public static string TorchSharpVersion => NativeLibraries.TorchSharpVersion;

    /// <summary>File of the libtorch in use. Asking loads nothing.</summary>
    /// <exception cref="TorchLibraryException">There is none that fits.</exception>
    public static string TorchPath => Path.Combine(NativeLibraries.Folder.Path, LibraryNames.File("torch_cpu"));

    /// <summary>Whether the libtorch in use is one for CUDA. A GPU need not be there.</summary>
    /// <exception cref="TorchLibraryException">There is none that fits.</exception>
    public static bool BuiltWithCuda => NativeLibraries.Folder.HasCuda;

    /// <summary>GPUs that libtorch can use. Loads it.</summary>
    /// <exception cref="TorchLibraryException">There is none that fits.</exception>
    public static int CudaDevices => torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    /// <summary>Which of this library's own CPU kernels run: avx512, avx2 or base; none where <see cref="OwnKernels"/> is off.
    /// VAESWEEP_CPU=avx2 forces a lesser one. It changes rounding.</summary>
    public static string CpuKernels => Kernels?.Name ?? Torch.Kernels.CpuKernels.None;

    /// <summary>Whether this library's own CPU kernels are used. Off (from the start: VAESWEEP_CPU=none), TorchSharp's operations
    /// do everything, on the CPU as on a GPU, which is how the GPU's way is tested where there is none.</summary>
    public static bool OwnKernels
    {
        get => Kernels is not null;
        set => Kernels = value ? Torch.Kernels.CpuKernels.Current ?? Torch.Kernels.CpuKernels.For("base") : null;
    }

    internal static IKernels? Kernels { get; private set; } = Torch.Kernels.CpuKernels.Current;

    /// <summary>What draws noise on the CPU: that is the same to the bit whichever it is.</summary>
    internal static IKernels NoiseKernels => Kernels ?? Torch.Kernels.CpuKernels.Fastest;

    /// <summary>Loads the native library now rather than at the first operation.</summary>
    /// <exception cref="TorchLibraryException">It is missing or does not fit; the message says what to do.</exception>
    public static void Load() => _ = NativeLibraries.Shim;
}
