using System.Runtime.CompilerServices;
using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Tensors from nothing, from C# data, and from other tensors. Default: float32 on the CPU.</summary>
public static unsafe partial class torch
{
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype, device);
        fixed (long* s = size)
        {
            return Result(Native.vs_empty(s, size.Length, t, d, i, out var r), r);
        }
    }

    public static Tensor full(ReadOnlySpan<long> size, double value, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype, device);
        fixed (long* s = size)
        {
            return Result(Native.vs_full(s, size.Length, value, t, d, i, out var r), r);
        }
    }

    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null) => full(size, 0, dtype, device);

    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null) => full(size, 1, dtype, device);

    public static Tensor empty_like(Tensor other) => empty(other.Sizes, other.dtype, other.device);

    public static Tensor zeros_like(Tensor other) => zeros(other.Sizes, other.dtype, other.device);

    public static Tensor ones_like(Tensor other) => ones(other.Sizes, other.dtype, other.device);

    public static Tensor full_like(Tensor other, double value) => full(other.Sizes, value, other.dtype, other.device);

    /// <summary>A copy of C# data in the given shape. The element type is the data's.</summary>
    public static Tensor tensor<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> size, Device? device = null)
        where T : unmanaged
    {
        var (t, d, i) = Options(ScalarTypes.Of<T>(), device);
        fixed (T* p = data)
        fixed (long* s = size)
        {
            return Result(Native.vs_from_data(p, (long)data.Length * sizeof(T), s, size.Length, t, d, i, out var r), r);
        }
    }

    public static Tensor tensor<T>(T[] data, ReadOnlySpan<long> size, Device? device = null)
        where T : unmanaged => tensor((ReadOnlySpan<T>)data, size, device);

    /// <summary>A row of C# data.</summary>
    public static Tensor tensor<T>(T[] data, ScalarType? dtype = null, Device? device = null)
        where T : unmanaged => As(tensor((ReadOnlySpan<T>)data, [data.Length], device), dtype);

    /// <summary>A matrix of C# data.</summary>
    public static Tensor tensor<T>(T[,] data, ScalarType? dtype = null, Device? device = null)
        where T : unmanaged
    {
        var flat = new T[data.Length];
        var at = 0;
        foreach (var value in data)
        {
            flat[at++] = value;
        }

        return As(tensor(flat, [data.GetLength(0), data.GetLength(1)], device), dtype);
    }

    /// <summary>A scalar tensor; float32 unless said otherwise.</summary>
    public static Tensor tensor(double value, ScalarType? dtype = null, Device? device = null) => full([], value, dtype, device);

    /// <summary>start, start + step, ... below end; int64 unless said otherwise.</summary>
    public static Tensor arange(double start, double end, double step = 1, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype ?? ScalarType.Int64, device);
        return Result(Native.vs_arange(start, end, step, t, d, i, out var r), r);
    }

    /// <summary>0, 1, ... below end; int64 unless said otherwise.</summary>
    public static Tensor arange(double end, ScalarType? dtype = null, Device? device = null) => arange(0, end, 1, dtype, device);

    /// <summary>Evenly spaced values, both ends included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype, device);
        return Result(Native.vs_linspace(start, end, steps, t, d, i, out var r), r);
    }

    public static Tensor eye(long n, ScalarType? dtype = null, Device? device = null)
    {
        var (t, d, i) = Options(dtype, device);
        return Result(Native.vs_eye(n, t, d, i, out var r), r);
    }

    /// <summary>Joined along a dimension that all have.</summary>
    public static Tensor cat(IReadOnlyList<Tensor> tensors, long dim = 0)
    {
        var operands = tensors.ToArray();
        using var handles = new HandleArray(operands, new nint[operands.Length]);
        fixed (nint* h = handles.Pointers)
        {
            return Result(Native.vs_cat(h, operands.Length, dim, out var r), r, operands);
        }
    }

    /// <summary>Joined along a new dimension.</summary>
    public static Tensor stack(IReadOnlyList<Tensor> tensors, long dim = 0)
    {
        var operands = tensors.ToArray();
        using var handles = new HandleArray(operands, new nint[operands.Length]);
        fixed (nint* h = handles.Pointers)
        {
            return Result(Native.vs_stack(h, operands.Length, dim, out var r), r, operands);
        }
    }

    private static (int Type, int Device, int Index) Options(ScalarType? dtype, Device? device)
    {
        var place = device ?? Device.CPU;
        return ((int)(dtype ?? ScalarType.Float32), (int)place.Type, place.Index);
    }

    private static Tensor As(Tensor made, ScalarType? dtype)
    {
        if (dtype is null || dtype == made.dtype)
        {
            return made;
        }

        using (made)
        {
            return made.to(dtype.Value);
        }
    }

    private static Tensor Result(int status, nint pointer, ReadOnlySpan<Tensor?> operands = default, [CallerMemberName] string operation = "") =>
        status == 0 ? new Tensor(pointer) : throw Status.Failure(status, operation, operands);
}
