using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>Gives data sets: from files on this machine, from published mirrors and packages, or made by the program.</summary>
/// <remarks>Every file is checked by SHA-256 whenever it is read. Safe to use from many threads, and by many processes on one cache.</remarks>
public sealed class DatasetStore
{
    // A trainer runs trial after trial on the same images: two sets in memory make the next trial start at once.
    private const int KeptSets = 2;

    private readonly DatasetStoreOptions _options;
    private readonly DataLocator _locator;
    private readonly Lock _lock = new();
    private readonly List<(string Name, PublishedImages Images)> _recent = [];

    public DatasetStore(DatasetStoreOptions options, DatasetCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _locator = new DataLocator(options);
        Catalog = catalog ?? DatasetCatalog.Default;
    }

    public DatasetCatalog Catalog { get; }

    /// <summary>A store with the folders that the environment names.</summary>
    public static DatasetStore FromEnvironment() => new(DatasetStoreOptions.FromEnvironment());

    /// <summary>The images that a trial asks for, from files that are on this machine.</summary>
    /// <exception cref="DataUnavailableException">The files are not here, or none of their copies is sound.</exception>
    /// <exception cref="DatasetException">The set is unknown, or does not have the images that are asked for.</exception>
    public Dataset Load(DatasetConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var source = Catalog.Find(config.Name);
        return Dataset.Create(source, Published(source), config);
    }

    /// <summary>The whole data set as published, kept in memory for the next call.</summary>
    /// <exception cref="DataUnavailableException">The files are not here, or none of their copies is sound.</exception>
    public PublishedImages Published(DatasetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        lock (_lock)
        {
            var at = _recent.FindIndex(entry => string.Equals(entry.Name, source.Name, StringComparison.Ordinal));
            var images = at >= 0 ? _recent[at].Images : Read(source);
            if (at >= 0)
            {
                _recent.RemoveAt(at);
            }

            _recent.Add((source.Name, images));
            if (_recent.Count > KeptSets)
            {
                _recent.RemoveAt(0);
            }

            return images;
        }
    }

    private PublishedImages Read(DatasetSource source)
    {
        var failures = new List<FetchFailure>();
        foreach (var form in source.Forms)
        {
            var contents = new List<DataContent>();
            foreach (var file in form.Files)
            {
                if (_locator.TryRead(source, file, failures) is not { } content)
                {
                    break;
                }

                contents.Add(content);
            }

            if (contents.Count == form.Files.Count)
            {
                return form.Read(contents);
            }
        }

        throw Missing(source, failures);
    }

    private DataUnavailableException Missing(DatasetSource source, List<FetchFailure> failures) => new(
        $"Data set {source.Name} is not on this machine.\n  looked in: {string.Join(", ", _locator.Folders(source))}\n" +
        string.Concat(failures.Select(failure => $"  {failure.Source}: {failure.Reason}\n")) +
        $"Run 'vaesweep data get {source.Name}', or set {DatasetStoreOptions.SharedFolderVariable} to a folder that has its files.",
        source.Name, failures);
}
