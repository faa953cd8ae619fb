namespace VaeSweep.Training;

/// <summary>Which matrix kernels OpenBLAS should use where its own guess is known to be poor.</summary>
/// <remarks>OpenBLAS 0.3.21 (Debian 12) takes AMD cores newer than it for AVX2 machines. With the AVX-512 kernels their matrix products run 1.75 times as
/// fast. The choice changes rounding, so it is part of a trial's provenance.</remarks>
public static class BlasKernels
{
    public const string Variable = "OPENBLAS_CORETYPE";

    /// <summary>Value for <see cref="Variable"/> on this machine; null leaves OpenBLAS its own guess.</summary>
    public static string? ForThisMachine() => File.Exists("/proc/cpuinfo") ? For(ReadFirstProcessor("/proc/cpuinfo")) : null;

    /// <param name="cpuinfo">Lines of the first processor in /proc/cpuinfo.</param>
    public static string? For(IEnumerable<string> cpuinfo)
    {
        var fields = Fields(cpuinfo);
        var flags = fields.GetValueOrDefault("flags", "").Split(' ');
        if (fields.GetValueOrDefault("vendor_id") != "AuthenticAMD" || !HasSkylakeSet(flags))
        {
            return null;
        }

        return flags.Contains("avx512_bf16", StringComparer.Ordinal) ? "Cooperlake" : "SkylakeX";
    }

    /// <summary>The processor's name, for provenance.</summary>
    public static string ProcessorName() =>
        File.Exists("/proc/cpuinfo") ? Fields(ReadFirstProcessor("/proc/cpuinfo")).GetValueOrDefault("model name", "unknown") : "unknown";

    private static bool HasSkylakeSet(string[] flags) =>
        new[] { "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl" }.All(flag => flags.Contains(flag, StringComparer.Ordinal));

    private static Dictionary<string, string> Fields(IEnumerable<string> lines) => lines
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .Where(parts => parts.Length == 2)
        .DistinctBy(parts => parts[0], StringComparer.Ordinal)
        .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    private static IEnumerable<string> ReadFirstProcessor(string path) => File.ReadLines(path).TakeWhile(line => line.Length > 0);
}
