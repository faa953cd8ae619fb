using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>The real data sets of VAESWEEP_DATA, and folders that vanish after a test.</summary>
internal static class TestData
{
    private static readonly Lazy<DatasetStore> _shared = new(DatasetStore.FromEnvironment);

    /// <summary>A store on VAESWEEP_DATA; skips the test on a desk without the sets, and fails it where CI promises
    /// them.</summary>
    public static DatasetStore Real(params string[] names)
    {
        var promised = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        var folder = Environment.GetEnvironmentVariable(DatasetStoreOptions.SharedFolderVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder)
            && !promised, $"{DatasetStoreOptions.SharedFolderVariable} is not set: no real data here.");
        Assert.False(string.IsNullOrEmpty(folder),
            $"CI promises real data, but {DatasetStoreOptions.SharedFolderVariable} is not set.");
        var missing = _shared.Value.List().Where(set => names.Contains(set.Source.Name) && set.State == DatasetState.Missing)
            .Select(set => set.Source.Name);
        Assert.SkipWhen(!promised && missing.Any(), $"{folder} has no {string.Join(", ", missing)}.");
        return _shared.Value;
    }

    public static double Mean(ImageSplit split)
    {
        var sum = 0L;
        foreach (var pixel in split.Pixels.Span)
            sum += pixel;

        return (double)sum / split.Pixels.Length;
    }

    public static int[] Histogram(ImageSplit split)
    {
        var counts = new int[split.Labels!.Max() + 1];
        foreach (var label in split.Labels!)
            counts[label]++;

        return counts;
    }
}
