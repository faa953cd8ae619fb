using System.Globalization;

namespace VaeSweep.Cluster;

/// <summary>How busy this machine is, for whoever lists the nodes.</summary>
internal static class MachineLoad
{
    /// <returns>One line of JSON: load1 (processes that run or want to), cores, memory_free_mb, and what the system does not tell
    /// left out.</returns>
    public static string Read(int training)
    {
        var parts = new List<string> { $"\"training\":{training}", $"\"cores\":{Environment.ProcessorCount}" };
        if (Field("/proc/loadavg", line => line.Split(' ')[0]) is { } load
            && double.TryParse(load, CultureInfo.InvariantCulture, out var load1))
        {
            parts.Add(FormattableString.Invariant($"\"load1\":{load1}"));
        }

        if (Field("/proc/meminfo", line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)
            ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] : null) is { } free
            && long.TryParse(free, CultureInfo.InvariantCulture, out var kilobytes))
        {
            parts.Add($"\"memory_free_mb\":{kilobytes / 1024}");
        }

        return $"{{{string.Join(',', parts)}}}";
    }

    private static string? Field(string path, Func<string, string?> find)
    {
        try
        {
            return File.Exists(path) ? File.ReadLines(path).Select(find).FirstOrDefault(found => found is not null) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
