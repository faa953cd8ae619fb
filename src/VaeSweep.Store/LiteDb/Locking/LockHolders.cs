using System.Globalization;

namespace VaeSweep.Store.LiteDb;

/// <summary>Which processes of this machine hold a lock of a file.</summary>
internal static class LockHolders
{
    private const string Locks = "/proc/locks";

    /// <returns>For a person, such as <c>process 41 (vaesweep)</c>; empty where it cannot be told.</returns>
    public static string Of(string path)
    {
        var inode = FileInode.Of(path);
        if (inode == 0 || !File.Exists(Locks))
            return "";
        try
        {
            // 1: FLOCK  ADVISORY  READ 4242 08:02:131 0 EOF
            var pids = File.ReadLines(Locks).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length > 5
                    && words[5].EndsWith($":{inode.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal))
                .Select(words => words[4]).Where(pid => pid is not "0" and not "-1").Distinct(StringComparer.Ordinal);
            return string.Join(", ", pids.Select(pid => $"process {pid}{Name(pid)}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Name(string pid)
    {
        try
        {
            return $" ({File.ReadAllText($"/proc/{pid}/comm").Trim()})";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
