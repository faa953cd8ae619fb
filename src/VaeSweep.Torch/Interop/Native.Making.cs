using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int vs_empty(long* sizes, int dims, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_full(long* sizes, int dims, double value, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_from_data(void* data, long bytes, long* sizes, int dims, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_arange(double start, double end, double step, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_linspace(double start, double end, long steps, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_eye(long n, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_randn(long* sizes, int dims, GeneratorHandle generator, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_rand(long* sizes, int dims, GeneratorHandle generator, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_randperm(long n, GeneratorHandle generator, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_cat(nint* tensors, int count, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_stack(nint* tensors, int count, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_alias(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial void vs_tensor_free(nint t);

    [LibraryImport(Library)]
    internal static partial int vs_describe(TensorHandle t, long* sizes, int capacity, out int dims, out int dtype, out int device, out int index);

    [LibraryImport(Library)]
    internal static partial int vs_is_contiguous(TensorHandle t, out int result);

    [LibraryImport(Library)]
    internal static partial int vs_is_same(TensorHandle a, TensorHandle b, out int result);

    [LibraryImport(Library)]
    internal static partial int vs_data_ptr(TensorHandle t, out nint data);

    [LibraryImport(Library)]
    internal static partial int vs_read(TensorHandle t, void* buffer, long bytes);

    [LibraryImport(Library)]
    internal static partial int vs_write(TensorHandle t, void* data, long bytes);

    [LibraryImport(Library)]
    internal static partial int vs_item_double(TensorHandle t, out double value);

    [LibraryImport(Library)]
    internal static partial int vs_item_int64(TensorHandle t, out long value);

    [LibraryImport(Library)]
    internal static partial int vs_clone(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_detach(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_to(TensorHandle t, int dtype, int device, int index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_contiguous(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_view(TensorHandle t, long* sizes, int dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_reshape(TensorHandle t, long* sizes, int dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_expand(TensorHandle t, long* sizes, int dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_permute(TensorHandle t, long* order, int dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_transpose(TensorHandle t, long dim0, long dim1, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_unsqueeze(TensorHandle t, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_squeeze(TensorHandle t, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_select(TensorHandle t, long dim, long index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_narrow(TensorHandle t, long dim, long start, long length, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_index_select(TensorHandle t, long dim, TensorHandle index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_gather(TensorHandle t, long dim, TensorHandle index, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_masked_select(TensorHandle t, TensorHandle mask, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_repeat_interleave(TensorHandle t, long repeats, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_repeat(TensorHandle t, long* repeats, int dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_flip(TensorHandle t, long dim, out nint result);
}
