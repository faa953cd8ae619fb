using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Random tensors. None without a generator: libtorch's global ones would tie trials together.</summary>
public static unsafe partial class torch
{
    /// <summary>Standard normal draws.</summary>
    public static Tensor randn(ReadOnlySpan<long> size, Generator generator, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype, device ?? generator.device);
        fixed (long* s = size)
        {
            return Result(Native.vs_randn(s, size.Length, generator.Handle, t, d, i, out var r), r);
        }
    }

    /// <summary>Standard normal draws for a pack: slice i of the leading dimension comes from generator i.</summary>
    public static Tensor randn(ReadOnlySpan<long> size, IReadOnlyList<Generator> generators, ScalarType? dtype = null, Device? device = null) =>
        empty(size, dtype, device ?? generators[0].device).normal_(0, 1, generators);

    /// <summary>Uniform draws from [0, 1).</summary>
    public static Tensor rand(ReadOnlySpan<long> size, Generator generator, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype, device ?? generator.device);
        fixed (long* s = size)
        {
            return Result(Native.vs_rand(s, size.Length, generator.Handle, t, d, i, out var r), r);
        }
    }

    /// <summary>0 .. n - 1 in random order, int64 unless said otherwise.</summary>
    public static Tensor randperm(long n, Generator generator, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype ?? ScalarType.Int64, device ?? generator.device);
        return Result(Native.vs_randperm(n, generator.Handle, t, d, i, out var r), r);
    }
}
