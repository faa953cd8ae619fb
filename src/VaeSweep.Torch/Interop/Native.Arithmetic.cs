using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int vs_add(TensorHandle a, TensorHandle b, double alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_sub(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_mul(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_div(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_add_scalar(TensorHandle a, double value, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_rsub_scalar(TensorHandle a, double value, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_mul_scalar(TensorHandle a, double value, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_div_scalar(TensorHandle a, double value, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_pow(TensorHandle a, TensorHandle exponent, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_pow_scalar(TensorHandle a, double exponent, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_maximum(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_minimum(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_logaddexp(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_logical_and(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_logical_not(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_compare(TensorHandle a, TensorHandle b, int relation, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_compare_scalar(TensorHandle a, double value, int relation, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_where(TensorHandle condition, TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_clamp(TensorHandle a, double min, int hasMin, double max, int hasMax, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_exp(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_expm1(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_log(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_log1p(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_sqrt(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_rsqrt(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_square(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_reciprocal(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_abs(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_neg(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_sign(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_floor(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_round(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_sin(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_cos(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_sigmoid(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_log_sigmoid(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_tanh(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_relu(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_softplus(TensorHandle a, double beta, double threshold, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_leaky_relu(TensorHandle a, double slope, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_isfinite(TensorHandle a, out nint result);

    [LibraryImport(Library)]
    internal static partial int vs_copy_(TensorHandle t, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int vs_zero_(TensorHandle t);

    [LibraryImport(Library)]
    internal static partial int vs_fill_(TensorHandle t, double value);

    [LibraryImport(Library)]
    internal static partial int vs_add_(TensorHandle a, TensorHandle b, double alpha);

    [LibraryImport(Library)]
    internal static partial int vs_sub_(TensorHandle a, TensorHandle b);

    [LibraryImport(Library)]
    internal static partial int vs_mul_(TensorHandle a, TensorHandle b);

    [LibraryImport(Library)]
    internal static partial int vs_div_(TensorHandle a, TensorHandle b);

    [LibraryImport(Library)]
    internal static partial int vs_add_scalar_(TensorHandle a, double value);

    [LibraryImport(Library)]
    internal static partial int vs_mul_scalar_(TensorHandle a, double value);

    [LibraryImport(Library)]
    internal static partial int vs_addcmul_(TensorHandle t, TensorHandle a, TensorHandle b, double value);

    [LibraryImport(Library)]
    internal static partial int vs_addcdiv_(TensorHandle t, TensorHandle a, TensorHandle b, double value);

    [LibraryImport(Library)]
    internal static partial int vs_lerp_(TensorHandle t, TensorHandle end, double weight);

    [LibraryImport(Library)]
    internal static partial int vs_clamp_(TensorHandle t, double min, int hasMin, double max, int hasMax);

    [LibraryImport(Library)]
    internal static partial int vs_index_copy_(TensorHandle t, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int vs_normal_(TensorHandle t, double mean, double std, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int vs_uniform_(TensorHandle t, double from, double to, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int vs_bernoulli_(TensorHandle t, double p, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int vs_bernoulli(TensorHandle p, GeneratorHandle generator, out nint result);
}
