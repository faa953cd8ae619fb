using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace VaeSweep.Chaos;

/// <summary>Signals and process descriptors of Linux.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int NoSuchProcess = 3;
    private const int InterruptedCall = 4;
    private const long PidfdOpenCall = 434;
    private const short Readable = 1;

    /// <summary>Sends a signal to a process, or to a whole group when the number is negative. One that is gone already is no
    /// error.</summary>
    public static void Signal(int pid, int signal)
    {
        if (KillCall(pid, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
            throw new Win32Exception(error, $"signal {signal} could not be sent to {pid}");
    }

    /// <summary>Waits until a process, not necessarily a child, has ended.</summary>
    /// <returns>False when it lived on for all of the time.</returns>
    public static bool WaitForEnd(int pid, TimeSpan atMost)
    {
        var descriptor = (int)Syscall(PidfdOpenCall, pid, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() == NoSuchProcess
                ? true : throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        try
        {
            var poll = new PollDescriptor { Descriptor = descriptor, Events = Readable };
            int ready;
            do
            {
                ready = Poll(ref poll, 1, (int)atMost.TotalMilliseconds);
            }
            while (ready < 0 && Marshal.GetLastPInvokeError() == InterruptedCall);
            return ready > 0;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>The living processes of a session, zombies not counted.</summary>
    public static IReadOnlyList<int> MembersOfSession(int session)
    {
        var members = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid)
                || Read($"/proc/{pid}/stat") is not { } stat)
            {
                continue;
            }

            // After the name in brackets: state, parent, group, session.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is not ("Z" or "X") && int.Parse(fields[3], CultureInfo.InvariantCulture) == session)
                members.Add(pid);
        }

        return members;
    }

    /// <summary>Whether a living process was started with a variable of this value in its environment.</summary>
    public static bool HasVariable(int pid, string name, string value) =>
        Read($"/proc/{pid}/environ")?.Split('\0').Contains($"{name}={value}") == true;

    /// <summary>A file of a process; null when the process has ended meanwhile, or is another user's.</summary>
    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, ulong count, int timeout);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
