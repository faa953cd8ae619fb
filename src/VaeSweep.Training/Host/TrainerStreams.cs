using Microsoft.Win32.SafeHandles;

namespace VaeSweep.Training;

/// <summary>The standard streams of a trainer process, taken away from everybody else in it.</summary>
internal static class TrainerStreams
{
    /// <summary>Moves the standard streams to descriptors that only the caller knows. From then on whatever a native library
    /// prints to standard output goes to standard error, and whatever reads standard input finds it empty.</summary>
    public static (Stream Input, Stream Output) Take()
    {
        var input = Check(Libc.Dup(0), "dup");
        var output = Check(Libc.Dup(1), "dup");
        Check(Libc.Dup2(2, 1), "dup2");
        var empty = Check(Libc.Open("/dev/null", 0), "open /dev/null");
        Check(Libc.Dup2(empty, 0), "dup2");
        Libc.Close(empty);
        return (Open(input, FileAccess.Read), Open(output, FileAccess.Write));
    }

    private static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: true), access, bufferSize: 0);

    private static int Check(int result, string call) => result >= 0
        ? result
        : throw new IOException($"{call} failed with error {System.Runtime.InteropServices.Marshal.GetLastPInvokeError()} while "
            + "the trainer took over its streams.");
}
