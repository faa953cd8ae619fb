using System.Globalization;

namespace VaeSweep.Cli.Tests;

/// <summary>Processes of this machine, as /proc tells.</summary>
internal static class ProcessList
{
    /// <summary>Living children; zombies not counted.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [.. All().Where(pid => StatOf(pid) is { } stat && stat.Parent == parent && stat.State is not ("Z" or "X"))];

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid : 0).Where(pid => pid > 0).ToList();

    private static (string State, int Parent)? StatOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
