using System.Security.Cryptography;
using System.Text;

namespace VaeSweep.Cluster;

/// <summary>Names of nodes, <c>host:pid:machine:start:n</c>: never given twice, and telling on their own machine whether the
/// process behind one still lives.</summary>
public static class NodeIdentity
{
    private static int _count;

    public static string NewName() =>
        $"{Environment.MachineName}:{Environment.ProcessId}:{Machine() ?? "-"}:"
            + $"{StartOf(Environment.ProcessId) ?? Guid.NewGuid().ToString("N")}:{Interlocked.Increment(ref _count)}";

    /// <summary>Whether a name belongs to a process of this very machine (and container) that has ended. False when that cannot
    /// be known.</summary>
    public static bool IsDeadHere(string node) => LivesHere(node) == false;

    /// <summary>Whether a name belongs to a process of this very machine (and container) that lives. False when that cannot be
    /// known.</summary>
    public static bool IsAliveHere(string node) => LivesHere(node) == true;

    /// <returns>Null when that cannot be known here.</returns>
    private static bool? LivesHere(string node)
    {
        var parts = node.Split(':');
        return parts is [_, var pidText, var machine, var start, _] && int.TryParse(pidText, out var pid)
            && Machine() is { } here && here == machine
            ? string.Equals(StartOf(pid), start, StringComparison.Ordinal)
            : null;
    }

    /// <summary>This boot of this machine, and the numbering of processes in it: containers on one machine number their
    /// own.</summary>
    private static string? Machine()
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var numbering = new FileInfo("/proc/self/ns/pid").LinkTarget;
            return numbering is null ? null
                : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(boot + numbering)))[..8];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Clock ticks from boot to the process's start, which tell it from a later one with its number; null when there is
    /// none.</returns>
    private static string? StartOf(int pid)
    {
        try
        {
            // The program's name, in parentheses, may hold anything; fields are counted after it. A zombie (state Z) runs nothing
            // any more.
            var fields = File.ReadAllText($"/proc/{pid}/stat");
            var rest = fields[(fields.LastIndexOf(')') + 2)..].Split(' ');
            return rest[0] is "Z" or "X" ? null : rest[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
