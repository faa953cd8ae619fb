using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>The real data sets of VAESWEEP_DATA, and folders that vanish after a test.</summary>
internal static class TestData
{
    private static readonly Lazy<DatasetStore> Shared = new(DatasetStore.FromEnvironment);

    /// <summary>A store on VAESWEEP_DATA; skips the test on a desk without it, and fails it where CI promises it.</summary>
    public static DatasetStore Real()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DatasetStoreOptions.SharedFolderVariable)))
        {
            Assert.False(
                string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase),
                $"CI promises real data, but {DatasetStoreOptions.SharedFolderVariable} is not set.");
            Assert.Skip($"{DatasetStoreOptions.SharedFolderVariable} is not set: no real data here.");
        }

        return Shared.Value;
    }

    public static double Mean(ImageSplit split)
    {
        var sum = 0L;
        foreach (var pixel in split.Pixels.Span)
        {
            sum += pixel;
        }

        return (double)sum / split.Pixels.Length;
    }

    public static int[] Histogram(ImageSplit split)
    {
        var counts = new int[split.Labels!.Max() + 1];
        foreach (var label in split.Labels!)
        {
            counts[label]++;
        }

        return counts;
    }
}
