using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

public sealed unsafe partial class Tensor
{
    /// <summary>A copy of its own memory.</summary>
    public Tensor clone() => Result(Native.vs_clone(Handle, out var r), r);

    /// <summary>The same memory, cut off from the gradient.</summary>
    public Tensor detach() => Result(Native.vs_detach(Handle, out var r), r);

    /// <summary>The same memory if the elements lie in order, else a copy in which they do.</summary>
    public Tensor contiguous() => Result(Native.vs_contiguous(Handle, out var r), r);

    /// <summary>Converted to another element type; the same memory if it has it already.</summary>
    public Tensor to(ScalarType dtype) => to(dtype, device);

    /// <summary>Moved to another device; the same memory if it is there already.</summary>
    public Tensor to(Device device) => to(dtype, device);

    /// <summary>Converted and moved.</summary>
    public Tensor to(ScalarType dtype, Device device) => Result(Native.vs_to(Handle, (int)dtype, (int)device.Type, device.Index, out var r), r);

    /// <summary>On the CPU.</summary>
    public Tensor cpu() => to(Device.CPU);

    /// <summary>The same memory in another shape; one size may be -1.</summary>
    public Tensor view(params ReadOnlySpan<long> size)
    {
        fixed (long* s = size)
        {
            return Result(Native.vs_view(Handle, s, size.Length, out var r), r);
        }
    }

    /// <summary>In another shape, copied only if it must be; one size may be -1.</summary>
    public Tensor reshape(params ReadOnlySpan<long> size)
    {
        fixed (long* s = size)
        {
            return Result(Native.vs_reshape(Handle, s, size.Length, out var r), r);
        }
    }

    /// <summary>Dimensions of size 1 stretched without a copy; -1 keeps a size.</summary>
    public Tensor expand(params ReadOnlySpan<long> size)
    {
        fixed (long* s = size)
        {
            return Result(Native.vs_expand(Handle, s, size.Length, out var r), r);
        }
    }

    /// <summary>Copied so many times along each dimension.</summary>
    public Tensor repeat(params ReadOnlySpan<long> repeats)
    {
        fixed (long* s = repeats)
        {
            return Result(Native.vs_repeat(Handle, s, repeats.Length, out var r), r);
        }
    }

    /// <summary>Dimensions in another order, without a copy.</summary>
    public Tensor permute(params ReadOnlySpan<long> order)
    {
        fixed (long* s = order)
        {
            return Result(Native.vs_permute(Handle, s, order.Length, out var r), r);
        }
    }

    /// <summary>Two dimensions exchanged, without a copy.</summary>
    public Tensor transpose(long dim0, long dim1) => Result(Native.vs_transpose(Handle, dim0, dim1, out var r), r);

    /// <summary>Dimensions start..end (inclusive) as one.</summary>
    public Tensor flatten(int start = 0, int end = -1)
    {
        var last = end < 0 ? end + ndim : end;
        long product = 1;
        for (var i = start; i <= last; i++)
        {
            product *= size(i);
        }

        return reshape([.. Sizes[..start], product, .. Sizes[(last + 1)..]]);
    }

    /// <summary>A new dimension of size 1 at <paramref name="dim"/>.</summary>
    public Tensor unsqueeze(long dim) => Result(Native.vs_unsqueeze(Handle, dim, out var r), r);

    /// <summary>Without dimension <paramref name="dim"/>, if its size is 1.</summary>
    public Tensor squeeze(long dim) => Result(Native.vs_squeeze(Handle, dim, out var r), r);

    /// <summary>The slice at one index; the dimension goes.</summary>
    public Tensor select(long dim, long index) => Result(Native.vs_select(Handle, dim, index, out var r), r);

    /// <summary>The slice start .. start + length; the dimension stays.</summary>
    public Tensor narrow(long dim, long start, long length) => Result(Native.vs_narrow(Handle, dim, start, length, out var r), r);

    /// <summary>The slices at the indices, copied.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="index">[n] int64.</param>
    public Tensor index_select(long dim, Tensor index) => Result(Native.vs_index_select(Handle, dim, index.Handle, out var r), r, index);

    /// <summary>One element along <paramref name="dim"/> for each entry of <paramref name="index"/>.</summary>
    public Tensor gather(long dim, Tensor index) => Result(Native.vs_gather(Handle, dim, index.Handle, out var r), r, index);

    /// <summary>The elements where the mask is true, as one row.</summary>
    public Tensor masked_select(Tensor mask) => Result(Native.vs_masked_select(Handle, mask.Handle, out var r), r, mask);

    /// <summary>Each slice along <paramref name="dim"/> so many times in a row.</summary>
    public Tensor repeat_interleave(long repeats, long dim) => Result(Native.vs_repeat_interleave(Handle, repeats, dim, out var r), r);

    /// <summary>In reverse order along <paramref name="dim"/>.</summary>
    public Tensor flip(long dim) => Result(Native.vs_flip(Handle, dim, out var r), r);
}
