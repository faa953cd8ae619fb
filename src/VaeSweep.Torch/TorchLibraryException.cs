namespace VaeSweep.Torch;

/// <summary>The native library is missing, does not load, or was built for another version. The message says what to
/// do.</summary>
public sealed class TorchLibraryException : Exception
{
    public TorchLibraryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
