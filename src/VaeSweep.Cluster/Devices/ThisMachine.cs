using System.Globalization;

namespace VaeSweep.Cluster;

/// <summary>The machine this process runs on. GPUs are told by NVIDIA's management library, or its command where that cannot be
/// loaded.</summary>
public sealed class ThisMachine : IMachine
{
    private const string StatusFile = "/proc/self/status";
    private const string AllowedField = "Cpus_allowed_list:";

    private readonly Lazy<(IReadOnlyList<Gpu> Shown, string Note)> _gpus;
    private readonly Lazy<IReadOnlyList<int>> _processors = new(ReadProcessors);

    public ThisMachine()
        : this(Environment.GetEnvironmentVariable(VisibleGpus.Variable),
            [new NvmlSource(NvmlSource.DefaultLibrary), new NvidiaSmiSource()])
    {
    }

    internal ThisMachine(string? visible, IReadOnlyList<IGpuSource> sources) => _gpus = new(() => FindGpus(visible, sources));

    /// <summary>Asked once for all.</summary>
    public static ThisMachine Current { get; } = new();

    // The runtime asks sched_getaffinity and the container's limits.
    public int Cores => Environment.ProcessorCount;

    public IReadOnlyList<int> Processors => _processors.Value;

    public IReadOnlyList<Gpu> Gpus => _gpus.Value.Shown;

    public string GpuNote => _gpus.Value.Note;

    private static (IReadOnlyList<Gpu> Shown, string Note) FindGpus(string? visible, IReadOnlyList<IGpuSource> sources)
    {
        var (present, note) = sources.Select(s => (Gpus: s.List(), s.Name))
            .FirstOrDefault(s => s.Gpus is not null) is { Gpus: { } found, Name: var teller }
            ? (found, $"{teller} lists {Count(found)}")
            : ([], "no NVIDIA driver was found");
        if (visible is null)
            return (present, note);

        var shown = VisibleGpus.Of(visible, present);
        return (shown, $"{note}, CUDA_VISIBLE_DEVICES='{visible}' shows {shown.Count}");
    }

    private static string Count(IReadOnlyList<Gpu> gpus)
    {
        var slices = gpus.Count(gpu => gpu.IsSlice);
        return slices == 0 ? $"{gpus.Count}" : $"{gpus.Count - slices} whole and {slices} slices (MIG)";
    }

    private static IReadOnlyList<int> ReadProcessors()
    {
        if (!File.Exists(StatusFile)
            || File.ReadLines(StatusFile)
            .FirstOrDefault(l => l.StartsWith(AllowedField, StringComparison.Ordinal)) is not { } line)
        {
            return [];
        }

        var allowed = ParseList(line[AllowedField.Length..].Trim());
        return allowed.Count == Environment.ProcessorCount ? allowed : [];
    }

    /// <param name="list">As the kernel writes it: "0-3,8".</param>
    internal static IReadOnlyList<int> ParseList(string list) =>
    [
        .. list.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(part =>
        {
            var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
        }),
    ];
}
