using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>The data sets that <c>dataset.name</c> can name.</summary>
public sealed class DatasetCatalog(IReadOnlyList<DatasetSource> sources)
{
    /// <summary>All data sets that come with the program. A new one is a file in Sources and a line in
    /// <see cref="DatasetList"/>.</summary>
    public static DatasetCatalog Default { get; } =
        new(KindFinder.For<DatasetSource>([.. DatasetList.All.Select(facts => facts.Name)]));

    public IReadOnlyList<DatasetSource> Sources { get; } = sources;

    /// <exception cref="DatasetException">No data set has that name; the message gives the nearest and all names.</exception>
    public DatasetSource Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.Ordinal))
            ?? throw new DatasetException(
                $"Data set '{name}' is unknown.{NearestName.Suggest(name, Sources.Select(source => source.Name))} " +
                $"Known: {string.Join(", ", Sources.Select(source => source.Name))}.");
    }
}
