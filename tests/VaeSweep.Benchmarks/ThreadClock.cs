using System.Runtime.InteropServices;

namespace VaeSweep.Benchmarks;

/// <summary>Processor time of this thread alone, which other programs on the machine do not lengthen as they do a clock on the
/// wall.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static double Seconds
    {
        get
        {
            if (clock_gettime(ThreadCpuTime, out var time) != 0)
            {
                throw new InvalidOperationException(
                    "the system has no clock of a thread's processor time (CLOCK_THREAD_CPUTIME_ID).");
            }

            return time.Seconds + (time.Nanoseconds * 1e-9);
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
