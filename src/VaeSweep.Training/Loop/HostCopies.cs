using System.Runtime.InteropServices;

namespace VaeSweep.Training;

/// <summary>Numbers between tensors of any device and the host's memory.</summary>
internal static class HostCopies
{
    /// <summary>A tensor of <paramref name="values"/>.</summary>
    public static Tensor ToTensor<T>(this ReadOnlySpan<T> values, long[] shape, ScalarType dtype, Device device)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var host = torch.empty(shape, dtype, CPU);
        MemoryMarshal.AsBytes(values).CopyTo(host.bytes);
        return scope.MoveToOuter(host.to(device));
    }

    /// <summary>All elements, row by row.</summary>
    public static T[] Values<T>(this Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Bytes()).ToArray();

    /// <summary>All elements' bytes, row by row.</summary>
    public static byte[] Bytes(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    /// <summary>Overwrites all elements, row by row.</summary>
    public static void Fill<T>(this Tensor tensor, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        tensor.copy_(values.ToTensor(tensor.shape, tensor.dtype, CPU));
    }

    /// <summary>Memory of a contiguous tensor on the CPU.</summary>
    public static Span<T> Span<T>(this Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
