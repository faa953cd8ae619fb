using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Reductions. Without dimensions they run over all elements and give a scalar tensor.</summary>
public sealed unsafe partial class Tensor
{
    public Tensor sum() => sum([]);
    public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_sum(Handle, d, dim.Length, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor sum(long dim, bool keepdim = false) => sum([dim], keepdim);
    public Tensor mean() => mean([]);
    public Tensor mean(ReadOnlySpan<long> dim, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_mean(Handle, d, dim.Length, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor mean(long dim, bool keepdim = false) => mean([dim], keepdim);

    /// <summary>Variance; unbiased divides by n - 1.</summary>
    public Tensor var(ReadOnlySpan<long> dim, bool unbiased = true, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_var(Handle, d, dim.Length, unbiased ? 1 : 0, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor var(long dim, bool unbiased = true, bool keepdim = false) => var([dim], unbiased, keepdim);
    public Tensor amax(ReadOnlySpan<long> dim, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_amax(Handle, d, dim.Length, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor amax(long dim, bool keepdim = false) => amax([dim], keepdim);
    public Tensor amin(ReadOnlySpan<long> dim, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_amin(Handle, d, dim.Length, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor amin(long dim, bool keepdim = false) => amin([dim], keepdim);

    /// <summary>The largest of all elements.</summary>
    public Tensor max() => amax([]);

    /// <summary>The smallest of all elements.</summary>
    public Tensor min() => amin([]);
    public Tensor logsumexp(ReadOnlySpan<long> dim, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_logsumexp(Handle, d, dim.Length, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor logsumexp(long dim, bool keepdim = false) => logsumexp([dim], keepdim);

    /// <summary>Euclidean norm of all elements.</summary>
    public Tensor norm() => norm([]);
    public Tensor norm(ReadOnlySpan<long> dim, bool keepdim = false)
    {
        fixed (long* d = dim)
        {
            return Result(Native.vs_norm(Handle, d, dim.Length, keepdim ? 1 : 0, out var r), r);
        }
    }

    public Tensor softmax(long dim) => Result(Native.vs_softmax(Handle, dim, out var r), r);
    public Tensor log_softmax(long dim) => Result(Native.vs_log_softmax(Handle, dim, out var r), r);
    public Tensor cumsum(long dim) => Result(Native.vs_cumsum(Handle, dim, out var r), r);
    public Tensor argmax(long dim, bool keepdim = false) => Result(Native.vs_argmax(Handle, dim, keepdim ? 1 : 0, out var r), r);
    public Tensor argsort(long dim = -1, bool descending = false) => Result(Native.vs_argsort(Handle, dim, descending ? 1 : 0, out var r), r);

    /// <summary>Whether all elements are true.</summary>
    public Tensor all() => Result(Native.vs_all(Handle, out var r), r);

    /// <summary>Whether any element is true.</summary>
    public Tensor any() => Result(Native.vs_any(Handle, out var r), r);
}
