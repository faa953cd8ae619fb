using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Owns every tensor made on its thread while it is the innermost scope, and frees them when it ends.</summary>
/// <remarks>The way to run a training step: everything the step makes is freed at its end, on the training thread, without waiting for a
/// garbage collector that cannot see native memory. A scope begins and ends on one thread, with no await between.</remarks>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope? current;

    private readonly List<Tensor?> tensors = [];
    private readonly DisposeScope? outer;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private bool ended;

    internal DisposeScope()
    {
        outer = current;
        current = this;
    }

    /// <summary>The innermost scope of this thread, or null.</summary>
    public static DisposeScope? Current => current;

    /// <summary>Moves a tensor out, so that it belongs to the scope around this one; to nobody if there is none.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor MoveToOuter(Tensor tensor)
    {
        tensor.LeaveScope();
        outer?.Add(tensor);
        return tensor;
    }

    /// <summary>As <see cref="MoveToOuter"/>: lets a tensor outlive this scope.</summary>
    public Tensor Keep(Tensor tensor) => MoveToOuter(tensor);

    /// <summary>Takes a tensor out of every scope: the caller disposes it.</summary>
    public Tensor Detach(Tensor tensor)
    {
        tensor.LeaveScope();
        return tensor;
    }

    /// <summary>Frees what the scope still owns, inner scopes first.</summary>
    /// <exception cref="InvalidOperationException">Another thread than the one that began the scope ends it.</exception>
    public void Dispose()
    {
        if (ended)
        {
            return;
        }

        if (thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(
                $"A tensor scope begun on thread {thread} ends on thread {Environment.CurrentManagedThreadId}. Is there an await inside it?");
        }

        while (current is not null && current != this)
        {
            current.Dispose();
        }

        ended = true;
        current = outer;
        foreach (var tensor in tensors)
        {
            tensor?.FreeFromScope();
        }

        tensors.Clear();
        TensorHandle.FreeForgotten();
    }

    internal void Add(Tensor tensor)
    {
        tensor.EnterScope(this, tensors.Count);
        tensors.Add(tensor);
    }

    internal void Forget(int slot) => tensors[slot] = null;
}
