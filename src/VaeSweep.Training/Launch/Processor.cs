namespace VaeSweep.Training;

/// <summary>The processor of this machine, for provenance.</summary>
public static class Processor
{
    private const string Description = "/proc/cpuinfo";

    /// <summary>As the kernel names it; "unknown" where it does not say.</summary>
    public static string Name()
    {
        var line = File.Exists(Description)
            ? File.ReadLines(Description).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? "unknown";
    }
}
