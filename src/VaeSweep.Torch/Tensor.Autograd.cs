using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

public sealed partial class Tensor
{
    /// <summary>Whether operations on it are recorded for a backward pass.</summary>
    public bool requires_grad
    {
        get
        {
            Status.Check(Native.vs_requires_grad(Handle, out var result), this);
            return result != 0;
        }

        set => requires_grad_(value);
    }

    /// <summary>The gradient that backward passes left, as a handle of its own; null if there is none. Setting null clears it.</summary>
    /// <remarks>Dispose it or let a scope do so: the gradient itself lives with the tensor.</remarks>
    public Tensor? grad
    {
        get
        {
            Status.Check(Native.vs_get_grad(Handle, out var pointer), this);
            return pointer == 0 ? null : new Tensor(pointer);
        }

        set
        {
            Span<nint> room = stackalloc nint[1];
            using var handles = new HandleArray([value], room);
            Status.Check(Native.vs_set_grad(Handle, room[0]), this, value);
        }
    }

    /// <summary>Begins or ends recording, for tensors that are not results of recorded operations.</summary>
    public Tensor requires_grad_(bool on = true) => Itself(Native.vs_set_requires_grad(Handle, on ? 1 : 0));

    /// <summary>Adds the gradient of this tensor to <see cref="grad"/> of everything it was computed from.</summary>
    /// <param name="gradient">Weight of each element; may be left out for a single element.</param>
    /// <param name="retain_graph">Keep what was recorded, for a second pass.</param>
    public void backward(Tensor? gradient = null, bool retain_graph = false)
    {
        Span<nint> room = stackalloc nint[1];
        using var handles = new HandleArray([gradient], room);
        Status.Check(Native.vs_backward(Handle, room[0], retain_graph ? 1 : 0), this, gradient);
    }
}
