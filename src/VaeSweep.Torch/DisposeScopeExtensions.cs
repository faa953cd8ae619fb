namespace VaeSweep.Torch;

/// <summary>TorchSharp's ways to let a tensor outlive its scope.</summary>
public static class DisposeScopeExtensions
{
    /// <summary>Hands the tensor to the scope around the one that owns it.</summary>
    public static Tensor MoveToOuterDisposeScope(this Tensor tensor)
    {
        tensor.Scope?.MoveToOuter(tensor);
        return tensor;
    }

    /// <summary>Takes the tensor out of every scope: the caller disposes it.</summary>
    public static Tensor DetachFromDisposeScope(this Tensor tensor)
    {
        tensor.LeaveScope();
        return tensor;
    }
}
