using System.Globalization;

namespace VaeSweep.Deploy.Tests;

/// <summary>Processes of this machine, as /proc tells. Zombies are not counted.</summary>
internal static class ProcessList
{
    public static IReadOnlyList<int> ChildrenOf(int parent) => [.. All().Where(pid => ParentOf(pid) == parent)];

    /// <summary>Those that were started with a variable in their environment.</summary>
    public static IReadOnlyList<int> With(string variable) =>
        [.. All().Where(pid => ParentOf(pid) is not null && Has(pid, $"{variable}="))];

    /// <summary>What was written on the command line, with blanks between; empty of one that is gone.</summary>
    public static string CommandLineOf(int pid) => Read(pid, "cmdline").Replace('\0', ' ');

    public static IReadOnlyList<string> EnvironmentOf(int pid) => Read(pid, "environ").Split('\0');

    private static List<int> All() => [.. Directory.EnumerateDirectories("/proc").Select(NumberOf).Where(pid => pid > 0)];

    private static int NumberOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    private static bool Has(int pid, string start) => EnvironmentOf(pid)
        .Any(entry => entry.StartsWith(start, StringComparison.Ordinal));

    private static int? ParentOf(int pid)
    {
        var stat = Read(pid, "stat");
        if (stat.Length == 0)
            return null;
        // After the name in brackets: state, parent.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
    }

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
