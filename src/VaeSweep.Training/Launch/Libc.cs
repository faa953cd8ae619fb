using System.Runtime.InteropServices;

namespace VaeSweep.Training;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Libc
{
    private const string Library = "libc";

    public const int PrSetPdeathsig = 1;
    public const int Sigkill = 9;

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    public static partial int Prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport(Library, EntryPoint = "getppid")]
    public static partial int GetParentPid();

    [LibraryImport(Library, EntryPoint = "dup", SetLastError = true)]
    public static partial int Dup(int descriptor);

    [LibraryImport(Library, EntryPoint = "dup2", SetLastError = true)]
    public static partial int Dup2(int descriptor, int target);

    /// <summary>Ends the process at once: no finalizers, no exit handlers, no waiting for threads inside native code.</summary>
    [LibraryImport(Library, EntryPoint = "_exit")]
    public static partial void ExitNow(int status);

    [LibraryImport(Library, EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int pid, nuint size, Span<byte> mask);

    [LibraryImport(Library, EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int pid, nuint size, ReadOnlySpan<byte> mask);

    /// <summary>Gives the memory that the C library keeps for later back to the system.</summary>
    [LibraryImport(Library, EntryPoint = "malloc_trim")]
    public static partial int TrimMemory(nuint keep);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(int descriptor);
}
