using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

/// <summary>The functions of native/vs_torch.h, one for one; a test compares the two.</summary>
/// <remarks>Handles that come in are SafeHandles: the generated marshalling holds them for the length of the call, so that no
/// finalizer can free a tensor in use. Handles that may be null, and arrays of them, come as <c>nint</c> from <see cref="HandleArray"/>.</remarks>
internal static unsafe partial class Native
{
    internal const string Library = "vaesweep_torch";

    /// <summary>VS_ABI_VERSION of the header these declarations were written for.</summary>
    internal const int AbiVersion = 3;

    static Native() => LibraryLocator.Install();

    [LibraryImport(Library)]
    internal static partial int vs_abi_version();

    [LibraryImport(Library)]
    internal static partial nint vs_torch_version();

    [LibraryImport(Library)]
    internal static partial nint vs_torch_config();

    [LibraryImport(Library)]
    internal static partial nint vs_torch_path();

    [LibraryImport(Library)]
    internal static partial nint vs_last_error();

    [LibraryImport(Library)]
    internal static partial nint vs_last_error_detail();

    [LibraryImport(Library)]
    internal static partial long vs_live_tensors();

    [LibraryImport(Library)]
    internal static partial int vs_built_with_cuda();

    [LibraryImport(Library)]
    internal static partial nint vs_kernel_name();

    [LibraryImport(Library)]
    internal static partial int vs_set_kernels(int on);

    [LibraryImport(Library)]
    internal static partial int vs_set_num_threads(int threads);

    [LibraryImport(Library)]
    internal static partial int vs_get_num_threads(out int threads);

    [LibraryImport(Library)]
    internal static partial int vs_set_flush_denormal(int on, out int supported);

    [LibraryImport(Library)]
    internal static partial int vs_cuda_device_count(out int count);

    [LibraryImport(Library)]
    internal static partial int vs_cuda_synchronize(int index);

    [LibraryImport(Library)]
    internal static partial int vs_cuda_memory(int index, out long allocated, out long reserved);

    [LibraryImport(Library)]
    internal static partial int vs_cuda_empty_cache();
}
