using VaeSweep.Sweeps;
using VaeSweep.Torch;

namespace VaeSweep.Training;

/// <summary>Sorts what went wrong in a job into the classes that have a policy.</summary>
internal static class FailureClasses
{
    public static FailureClass Of(Exception failure) => failure switch
    {
        OutOfMemoryException or TorchException { IsOutOfMemory: true } => FailureClass.Oom,
        FileNotFoundException or DirectoryNotFoundException => FailureClass.Error,
        IOException or UnauthorizedAccessException => FailureClass.Disk,
        _ => FailureClass.Error,
    };

    /// <summary>One line for a person.</summary>
    public static string Reason(Exception failure) => failure.Message.ReplaceLineEndings(" ");
}
