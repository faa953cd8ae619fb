using System.Globalization;

namespace VaeSweep.Cluster;

/// <summary>CUDA_VISIBLE_DEVICES as CUDA reads it.</summary>
internal static class VisibleGpus
{
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>Numbers count as nvidia-smi counts; names may be cut short as long as they mean one GPU alone. What comes after
    /// the first entry that names none, or one a second time, does not count. A number or a GPU-... of a divided GPU means its
    /// first slice.</summary>
    /// <param name="visible">Null shows everything.</param>
    public static IReadOnlyList<Gpu> Of(string? visible, IReadOnlyList<Gpu> present)
    {
        if (visible is null)
            return present;

        var shown = new List<Gpu>();
        foreach (var entry in visible.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Find(entry, present) is not { } gpu || shown.Contains(gpu))
                break;

            shown.Add(gpu);
        }

        return shown;
    }

    /// <summary>The GPU that an entry means; null when it means none, or several.</summary>
    public static Gpu? Find(string entry, IReadOnlyList<Gpu> present)
    {
        if (int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return present.FirstOrDefault(gpu => gpu.Board == number);

        if (entry.StartsWith("MIG-", StringComparison.OrdinalIgnoreCase))
            return Only(present.Where(gpu => gpu.Uuid.StartsWith(entry, StringComparison.OrdinalIgnoreCase)));

        return entry.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase)
            ? Only(present.Where(gpu => gpu.BoardUuid.StartsWith(entry, StringComparison.OrdinalIgnoreCase))
                .DistinctBy(gpu => gpu.Board))
            : null;
    }

    private static Gpu? Only(IEnumerable<Gpu> gpus) => gpus.Take(2).ToArray() is [var one] ? one : null;
}
