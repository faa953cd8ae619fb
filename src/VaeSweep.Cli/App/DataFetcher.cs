using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>Brings data sets onto this machine, saying where they come from.</summary>
internal static class DataFetcher
{
    /// <summary>Makes sure that all of them are here; says nothing of those that are.</summary>
    /// <exception cref="DataUnavailableException">One could not be had; every place that was tried is listed.</exception>
    public static async Task EnsureAsync(IReadOnlyCollection<string> names, CliHost host, CancellationToken cancellationToken)
    {
        var store = DatasetStore.FromEnvironment();
        foreach (var name in names)
        {
            var result = await store.GetAsync(name, new Teller(host), cancellationToken);
            if (!result.WasThere)
                host.Say(Describe(result));
        }
    }

    public static string Describe(FetchResult result)
    {
        if (result.Files.Count == 0)
            return $"{result.Source.Name}: built in";

        var folder = Path.GetDirectoryName(result.Files[0].Path);
        var sources = result.Files.Select(f => f.Source).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var origin = sources.Count == 0
            ? "was there" : $"fetched from {string.Join(", ", sources.Take(2))}{(sources.Count > 2 ? ", ..." : "")}";
        return $"{result.Source.Name}: {Wording.Count(result.Files.Count, "file")} in {folder} ({origin}; SHA-256 checked)";
    }

    /// <summary>Says once of each file and place that it is being fetched.</summary>
    internal sealed class Teller(CliHost host) : IProgress<DataProgress>
    {
        private readonly HashSet<(string, string)> _said = [];

        public void Report(DataProgress value)
        {
            if (_said.Add((value.File, value.Source)))
                host.Say($"fetching {value.Dataset}: {value.File} from {value.Source}");
        }
    }
}
