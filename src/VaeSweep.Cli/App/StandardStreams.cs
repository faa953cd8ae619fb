using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Cli;

/// <summary>This process's standard output and standard error.</summary>
internal static partial class StandardStreams
{
    private const int GetFlags = 3;
    private const int AccessMode = 3;
    private const int ReadOnly = 0;

    public static TextWriter Output() => Writer(new ResultStream(IsOpen(1) ? Console.OpenStandardOutput() : null));

    public static TextWriter Error() => Writer(new TalkStream(IsOpen(2) ? Console.OpenStandardError() : null));

    private static TextWriter Writer(Stream stream)
    {
        var encoding = Console.OutputEncoding is UTF8Encoding ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
            : Console.OutputEncoding;
        return TextWriter.Synchronized(new StreamWriter(stream, encoding) { AutoFlush = true });
    }

    // Whoever starts a program with a stream closed (`>&-`) leaves its number free, and the runtime has given it to something of
    // its own by now: a pipe that
    // it reads from. Writing there would end in an error that says nothing.
    private static bool IsOpen(int descriptor) =>
        OperatingSystem.IsWindows()
            || (FileControl(descriptor, GetFlags) is var flags and >= 0 && (flags & AccessMode) != ReadOnly);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int descriptor, int command);
}
