using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Store.LiteDb;

/// <summary>Which processes of this machine hold a lock of a file.</summary>
internal static class LockHolders
{
    private const string Locks = "/proc/locks";

    /// <returns>For a person, such as <c>process 41 (vaesweep) on host 'desk', running since 2026-01-02 03:04:05 UTC</c>;
    /// empty where it cannot be told.</returns>
    public static string Of(string path) => string.Join(", ", Pids(path).Select(Describe));

    /// <returns>Empty where it cannot be told.</returns>
    public static IReadOnlyList<int> Pids(string path)
    {
        var inode = FileInode.Of(path);
        if (inode == 0 || !File.Exists(Locks))
            return [];
        try
        {
            // 1: FLOCK  ADVISORY  READ 4242 08:02:131 0 EOF; a process that cannot be seen from here has 0 or -1.
            return [.. File.ReadLines(Locks).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length > 5
                    && words[5].EndsWith($":{inode.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal))
                .Select(words => int.Parse(words[4], CultureInfo.InvariantCulture)).Where(pid => pid > 0).Distinct()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Describe(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return $"process {pid} ({process.ProcessName}) on host '{Environment.MachineName}', running since " +
                $"{process.StartTime.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return $"process {pid} on host '{Environment.MachineName}'";
        }
    }
}
