using System.Runtime.InteropServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Sorts what went wrong in a job into the classes that have a policy.</summary>
internal static class FailureClasses
{
    /// <summary>How libtorch says that memory ran out: of a GPU, of the host, of the allocators beneath.</summary>
    private static readonly string[] _noMemory =
    [
        "out of memory", "not enough memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED",
        "bad_alloc",
    ];

    public static FailureClass Of(Exception failure) => failure switch
    {
        OutOfMemoryException or TorchException { IsOutOfMemory: true } => FailureClass.Oom,
        ExternalException native when _noMemory.Any(words =>
            native.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) => FailureClass.Oom,
        FileNotFoundException or DirectoryNotFoundException => FailureClass.Error,
        IOException or UnauthorizedAccessException => FailureClass.Disk,
        _ => FailureClass.Error,
    };

    /// <summary>Whether libtorch refused something, or this library on its behalf.</summary>
    public static bool IsOfTorch(Exception failure) => failure is ExternalException or TorchException;

    /// <summary>One line for a person. What libtorch says goes on with its own stack, which helps nobody.</summary>
    public static string Reason(Exception failure) => failure is ExternalException
        ? $"libtorch: {failure.Message.AsSpan()[..FirstLine(failure.Message)].Trim()}"
        : failure.Message.ReplaceLineEndings(" ");

    /// <summary>All of it for a log: the reason and where it happened here.</summary>
    public static string Details(Exception failure) =>
        failure is ExternalException
            ? $"{failure.GetType().Name}: {Reason(failure)}{Environment.NewLine}{failure.StackTrace}" : failure.ToString();

    private static int FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length;
}
