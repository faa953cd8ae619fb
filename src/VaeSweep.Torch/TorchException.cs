namespace VaeSweep.Torch;

/// <summary>An operation was given shapes that do not fit, or libtorch refused it. The message names it, the shapes, and the
/// reason.</summary>
public sealed class TorchException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether memory of the host or the device ran out.</summary>
    public bool IsOutOfMemory { get; init; }
}
