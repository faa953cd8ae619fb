using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int vs_sum(TensorHandle t, long* over, int dims, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_mean(TensorHandle t, long* over, int dims, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_var(TensorHandle t, long* over, int dims, int unbiased, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_amax(TensorHandle t, long* over, int dims, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_amin(TensorHandle t, long* over, int dims, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_logsumexp(TensorHandle t, long* over, int dims, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_norm(TensorHandle t, long* over, int dims, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_softmax(TensorHandle t, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_log_softmax(TensorHandle t, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_cumsum(TensorHandle t, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_argmax(TensorHandle t, long dim, int keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_argsort(TensorHandle t, long dim, int descending, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_all(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_any(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_matmul(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_mm(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_bmm(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_addmm(TensorHandle bias, TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_baddbmm(TensorHandle bias, TensorHandle a, TensorHandle b, out nint result);
}
