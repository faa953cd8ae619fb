using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>An array on a device, with gradients. Names follow TorchSharp's, which follow PyTorch's.</summary>
/// <remarks>Belongs to the innermost <see cref="DisposeScope"/> of the thread that made it. Not safe for use by several threads at once.</remarks>
public sealed partial class Tensor : IDisposable
{
    private const int MaxDimensions = 12;
    private long[]? sizes;
    private ScalarType type;
    private Device place;
    private int slot;

    internal Tensor(nint pointer)
    {
        Handle = new TensorHandle(pointer);
        DisposeScope.Current?.Add(this);
    }

    /// <summary>Sizes of the dimensions; a copy.</summary>
    public long[] shape => [.. Sizes];

    /// <summary>Number of dimensions.</summary>
    public int ndim => Sizes.Length;

    /// <summary>Type of the elements.</summary>
    public ScalarType dtype
    {
        get
        {
            _ = Sizes;
            return type;
        }
    }

    /// <summary>Where the elements are.</summary>
    public Device device
    {
        get
        {
            _ = Sizes;
            return place;
        }
    }

    /// <summary>Whether <see cref="Dispose"/> was called or the scope ended.</summary>
    public bool IsDisposed => Handle.IsClosed;

    internal TensorHandle Handle { get; }

    internal DisposeScope? Scope { get; private set; }

    internal ReadOnlySpan<long> Sizes
    {
        get
        {
            if (sizes is null)
            {
                Describe();
            }

            return sizes;
        }
    }

    /// <summary>Number of elements.</summary>
    public long numel()
    {
        long product = 1;
        foreach (var size in Sizes)
        {
            product *= size;
        }

        return product;
    }

    /// <summary>Size of one dimension; negative counts from the last.</summary>
    public long size(int dim) => Sizes[dim < 0 ? dim + Sizes.Length : dim];

    /// <summary>Whether the elements lie in order without gaps.</summary>
    public bool is_contiguous()
    {
        Status.Check(Native.vs_is_contiguous(Handle, out var result), this);
        return result != 0;
    }

    /// <summary>The value of a tensor with one element.</summary>
    /// <exception cref="TorchException">There is more than one element, or none.</exception>
    public T item<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(double) || typeof(T) == typeof(float))
        {
            Status.Check(Native.vs_item_double(Handle, out var value), this);
            return typeof(T) == typeof(double) ? Unsafe.BitCast<double, T>(value) : Unsafe.BitCast<float, T>((float)value);
        }

        Status.Check(Native.vs_item_int64(Handle, out var number), this);
        return ScalarTypes.Of<T>() switch
        {
            ScalarType.Int64 => Unsafe.BitCast<long, T>(number),
            ScalarType.Int32 => Unsafe.BitCast<int, T>(checked((int)number)),
            ScalarType.Int16 => Unsafe.BitCast<short, T>(checked((short)number)),
            ScalarType.Int8 => Unsafe.BitCast<sbyte, T>(checked((sbyte)number)),
            ScalarType.Byte => Unsafe.BitCast<byte, T>(checked((byte)number)),
            _ => Unsafe.BitCast<bool, T>(number != 0),
        };
    }

    /// <summary>Copies the elements out, row by row, from whatever device.</summary>
    /// <typeparam name="T">The C# type of <see cref="dtype"/>; no conversion takes place.</typeparam>
    public T[] data<T>()
        where T : unmanaged
    {
        var values = new T[numel()];
        CopyTo(values.AsSpan());
        return values;
    }

    /// <summary>Copies the elements, row by row, into a buffer of exactly their number.</summary>
    public unsafe void CopyTo<T>(Span<T> buffer)
        where T : unmanaged
    {
        RequireElement<T>();
        fixed (T* pointer = buffer)
        {
            Status.Check(Native.vs_read(Handle, pointer, (long)buffer.Length * sizeof(T)), this, operation: "data");
        }
    }

    /// <summary>Overwrites all elements with those of a buffer of exactly their number, without recording a gradient.</summary>
    public unsafe Tensor CopyFrom<T>(ReadOnlySpan<T> buffer)
        where T : unmanaged
    {
        RequireElement<T>();
        fixed (T* pointer = buffer)
        {
            Status.Check(Native.vs_write(Handle, pointer, (long)buffer.Length * sizeof(T)), this, operation: "copy_");
        }

        return this;
    }

    /// <summary>The elements as raw bytes in the machine's order, for checkpoints.</summary>
    public unsafe byte[] bytes()
    {
        var values = new byte[numel() * dtype.Size()];
        fixed (byte* pointer = values)
        {
            Status.Check(Native.vs_read(Handle, pointer, values.Length), this);
        }

        return values;
    }

    /// <summary>Overwrites all elements with what <see cref="bytes"/> gave.</summary>
    public unsafe Tensor CopyFromBytes(ReadOnlySpan<byte> values)
    {
        fixed (byte* pointer = values)
        {
            Status.Check(Native.vs_write(Handle, pointer, values.Length), this, operation: "copy_");
        }

        return this;
    }

    /// <summary>The elements where they are, without a copy; valid while the tensor lives.</summary>
    /// <exception cref="TorchException">The tensor is not contiguous or not on the CPU.</exception>
    public unsafe Span<T> AsSpan<T>()
        where T : unmanaged
    {
        RequireElement<T>();
        Status.Check(Native.vs_data_ptr(Handle, out var pointer), this);
        return new Span<T>((void*)pointer, checked((int)numel()));
    }

    /// <summary>Another handle to the same tensor, with a life of its own.</summary>
    public Tensor alias() => Result(Native.vs_alias(Handle, out var r), r);

    /// <summary>Whether two handles are the same tensor.</summary>
    public bool is_same(Tensor other)
    {
        Status.Check(Native.vs_is_same(Handle, other.Handle, out var result), this, other);
        return result != 0;
    }

    /// <summary>Frees the tensor now.</summary>
    public void Dispose()
    {
        LeaveScope();
        Handle.Dispose();
    }

    /// <summary>Shape, type and device, such as <c>[2, 3] float32 cpu</c>.</summary>
    public override string ToString() => Handle.IsClosed ? "disposed tensor" : $"[{string.Join(", ", Sizes.ToArray())}] {type.Name()} {place}";

    internal void EnterScope(DisposeScope scope, int at) => (Scope, slot) = (scope, at);

    internal void LeaveScope()
    {
        Scope?.Forget(slot);
        Scope = null;
    }

    internal void FreeFromScope()
    {
        Scope = null;
        Handle.Dispose();
    }

    private unsafe void Describe()
    {
        var buffer = stackalloc long[MaxDimensions];
        Status.Check(Native.vs_describe(Handle, buffer, MaxDimensions, out var dims, out var scalar, out var kind, out var index), operation: "shape");
        (type, place) = ((ScalarType)scalar, new Device((DeviceType)kind, Math.Max(index, 0)));
        sizes = new Span<long>(buffer, dims).ToArray();
    }

    private void RequireElement<T>()
        where T : unmanaged
    {
        if (ScalarTypes.Of<T>() != dtype)
        {
            throw new ArgumentException($"The tensor is {this}, but {typeof(T).Name} was asked for. Convert with to(ScalarType) first.");
        }
    }

    private Tensor Result(int status, nint pointer, Tensor? b = null, Tensor? c = null, [CallerMemberName] string operation = "") =>
        status == 0 ? new Tensor(pointer) : throw Status.Failure(status, operation, [this, b, c]);

    private Tensor Itself(int status, Tensor? b = null, Tensor? c = null, [CallerMemberName] string operation = "") =>
        status == 0 ? this : throw Status.Failure(status, operation, [this, b, c]);
}
