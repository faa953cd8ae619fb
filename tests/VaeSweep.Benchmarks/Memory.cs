using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>Resident memory of another process, as Linux counts it.</summary>
internal sealed class Memory(int process)
{
    // proc(5): resets the peak of resident memory to what is resident now.
    private const string ResetPeak = "5";

    /// <summary>Bytes now.</summary>
    public long Resident => Read("VmRSS:");

    /// <summary>The most bytes since the start, or since <see cref="ForgetPeak"/>.</summary>
    public long Peak => Read("VmHWM:");

    public void ForgetPeak() => File.WriteAllText($"/proc/{process}/clear_refs", ResetPeak);

    /// <summary>The processes that this one has started and that live.</summary>
    public static IReadOnlyList<int> Children() =>
        [.. Directory.GetDirectories("/proc/self/task")
            .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children"))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(word => int.Parse(word, CultureInfo.InvariantCulture))];

    private long Read(string field)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024;
    }
}
