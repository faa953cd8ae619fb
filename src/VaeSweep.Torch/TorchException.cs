namespace VaeSweep.Torch;

/// <summary>libtorch refused an operation. The message names it, the shapes it was given, and libtorch's reason.</summary>
public sealed class TorchException : Exception
{
    internal TorchException(string operation, IReadOnlyList<string> operands, string reason, string detail, bool outOfMemory)
        : base($"{operation}({string.Join(", ", operands)}): {reason}")
    {
        Operation = operation;
        Operands = operands;
        Detail = detail;
        IsOutOfMemory = outOfMemory;
    }

    /// <summary>Name of the operation, as in PyTorch.</summary>
    public string Operation { get; }

    /// <summary>Shape, type and device of each operand, such as <c>[2, 3] float32 cpu</c>.</summary>
    public IReadOnlyList<string> Operands { get; }

    /// <summary>libtorch's whole message with its C++ stack, for debug logs.</summary>
    public string Detail { get; }

    /// <summary>Whether memory of the host or the device ran out.</summary>
    public bool IsOutOfMemory { get; }
}
