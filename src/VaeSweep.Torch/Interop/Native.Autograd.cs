using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int vs_requires_grad(TensorHandle t, out int result);

    [LibraryImport(Library)]
    internal static partial int vs_set_requires_grad(TensorHandle t, int on);

    [LibraryImport(Library)]
    internal static partial int vs_get_grad(TensorHandle t, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_set_grad(TensorHandle t, nint grad);

    [LibraryImport(Library)]
    internal static partial int vs_backward(TensorHandle t, nint grad, int retainGraph);

    [LibraryImport(Library)]
    internal static partial int vs_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradOutputs, int retainGraph, int createGraph, int allowUnused, nint* result);

    [LibraryImport(Library)]
    internal static partial int vs_grad_mode(out int enabled);

    [LibraryImport(Library)]
    internal static partial int vs_set_grad_mode(int enabled);

    [LibraryImport(Library)]
    internal static partial int vs_generator_new(int device, int index, ulong seed, out nint result);

    [LibraryImport(Library)]
    internal static partial void vs_generator_free(nint g);

    [LibraryImport(Library)]
    internal static partial int vs_generator_seed(GeneratorHandle g, out ulong seed);

    [LibraryImport(Library)]
    internal static partial int vs_generator_set_seed(GeneratorHandle g, ulong seed);

    [LibraryImport(Library)]
    internal static partial int vs_generator_get_state(GeneratorHandle g, void* buffer, long capacity, out long bytes);

    [LibraryImport(Library)]
    internal static partial int vs_generator_set_state(GeneratorHandle g, void* data, long bytes);

    [LibraryImport(Library)]
    internal static partial int vs_linear(TensorHandle x, TensorHandle w, nint b, int activation, double slope, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_bernoulli_log_prob(TensorHandle logits, TensorHandle x, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_gaussian_log_prob(TensorHandle x, TensorHandle mean, TensorHandle logvar, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_gaussian_sample(TensorHandle mu, TensorHandle logvar, TensorHandle eps, out nint z, out nint klUnits);

    [LibraryImport(Library)]
    internal static partial int vs_gated_linear(TensorHandle x, TensorHandle w, TensorHandle b, TensorHandle v, TensorHandle c, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_batch_norm(
        TensorHandle x, TensorHandle weight, TensorHandle bias, double eps, int activation, double slope, out nint y, out nint mean, out nint variance);

    [LibraryImport(Library)]
    internal static partial int vs_log_sum_exp(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_log_mean_exp(TensorHandle t, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_adam_step(nint* parameters, nint* m, nint* v, int count, TensorHandle step, TensorHandle lr, TensorHandle beta1, TensorHandle beta2, TensorHandle eps, TensorHandle hat, TensorHandle clip, TensorHandle norm);

    [LibraryImport(Library)]
    internal static partial int vs_shape_gradients(nint* parameters, int count, TensorHandle normalise, TensorHandle clip, TensorHandle clipEntries, TensorHandle norm);
}
