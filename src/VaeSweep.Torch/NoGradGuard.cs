using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>Switches the recording of gradients for this thread, until disposed.</summary>
/// <remarks>A ref struct, because the mode belongs to the thread: it can neither be stored nor carried over an await.</remarks>
public readonly ref struct NoGradGuard
{
    private readonly int before;

    internal NoGradGuard(bool enabled)
    {
        Status.Check(Native.vs_grad_mode(out before), operation: "no_grad");
        Status.Check(Native.vs_set_grad_mode(enabled ? 1 : 0), operation: "no_grad");
    }

    /// <summary>Restores the mode that was in force.</summary>
    public void Dispose() => Status.Check(Native.vs_set_grad_mode(before), operation: "no_grad");
}
