namespace VaeSweep.Torch.Interop;

/// <summary>Holds many tensors for the length of one native call: the marshaller does it for single handles only.</summary>
internal ref struct HandleArray
{
    private readonly ReadOnlySpan<Tensor?> tensors;
    private readonly Span<nint> pointers;
    private int held;

    /// <param name="tensors">The tensors; null becomes a null handle.</param>
    /// <param name="pointers">Room for as many pointers, on the caller's stack.</param>
    internal HandleArray(ReadOnlySpan<Tensor?> tensors, Span<nint> pointers)
    {
        this.tensors = tensors;
        this.pointers = pointers;
        try
        {
            for (; held < tensors.Length; held++)
            {
                pointers[held] = 0;
                if (tensors[held] is { } tensor)
                {
                    var added = false;
                    tensor.Handle.DangerousAddRef(ref added);
                    pointers[held] = tensor.Handle.DangerousGetHandle();
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal readonly Span<nint> Pointers => pointers;

    public void Dispose()
    {
        for (; held > 0; held--)
        {
            tensors[held - 1]?.Handle.DangerousRelease();
        }
    }
}
