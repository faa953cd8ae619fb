namespace VaeSweep.Training.Data;

/// <summary>The data sets that <c>dataset.name</c> can name.</summary>
public sealed class DatasetCatalog(IReadOnlyList<DatasetSource> sources)
{
    /// <summary>All data sets that come with the program. A new one is a file in Sources and a line here.</summary>
    public static DatasetCatalog Default { get; } = new(
    [
        Mnist.Source,
        FashionMnist.Source,
        BinarizedMnist.Source,
        BinarizedMnist.Joined,
        Omniglot.Source,
        OmniglotCharData.Source,
        Caltech101Silhouettes.Source,
        FreyFaces.Source,
        SmallNorb.Source,
        Sprites.Source,
    ]);

    public IReadOnlyList<DatasetSource> Sources { get; } = sources;

    /// <exception cref="DatasetException">No data set has that name; the message gives the nearest and all names.</exception>
    public DatasetSource Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.Ordinal))
            ?? throw new DatasetException(
                $"Data set '{name}' is unknown. Did you mean '{Sources.MinBy(source => Distance(source.Name, name))?.Name}'? " +
                $"Known: {string.Join(", ", Sources.Select(source => source.Name))}.");
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
