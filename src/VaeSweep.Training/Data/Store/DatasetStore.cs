using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>Gives data sets: from files on this machine, from published mirrors and packages, or made by the program.</summary>
/// <remarks>Every file is checked by SHA-256 whenever it is read. Safe to use from many threads, and by many processes on one
/// cache.</remarks>
public sealed class DatasetStore
{
    private readonly DatasetStoreOptions _options;
    private readonly DataLocator _locator;
    private readonly Lock _lock = new();

    // What some data set in use was cut from: other images of the same set are there at once.
    private readonly Dictionary<string, WeakReference<PublishedImages>> _used = new(StringComparer.Ordinal);

    public DatasetStore(DatasetStoreOptions options, DatasetCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _locator = new DataLocator(options);
        Catalog = catalog ?? DatasetCatalog.Default;
        Own = new OwnFolder(options);
    }

    public DatasetCatalog Catalog { get; }

    /// <summary>Sets that somebody added.</summary>
    public OwnFolder Own { get; }

    /// <summary>A store with the folders that the environment names.</summary>
    public static DatasetStore FromEnvironment() => new(DatasetStoreOptions.FromEnvironment());

    /// <summary>The images that a trial asks for, from files that are on this machine.</summary>
    /// <exception cref="DataUnavailableException">The files are not here, or none of their copies is sound.</exception>
    /// <param name="artifacts">Folder of a trial's files: beside its sweep's there may be sets that came to the head from
    /// elsewhere.</param>
    /// <exception cref="DatasetException">The set is unknown, or does not have the images that are asked for.</exception>
    public Dataset Load(DatasetConfig config, string? artifacts = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Own is { } own)
            return Dataset.Create(own, OwnImages(own, artifacts), config);

        var source = Catalog.Find(config.Name);
        return Dataset.Create(source, Published(source), config);
    }

    /// <summary>As <see cref="Load"/>, and fetches what is not on this machine.</summary>
    /// <exception cref="DataUnavailableException">The files are not here and could not be fetched.</exception>
    /// <exception cref="DatasetException">The set is unknown, or does not have the images that are asked for.</exception>
    public async Task<Dataset> LoadAsync(
        DatasetConfig config, CancellationToken cancellationToken, string? artifacts = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            return Load(config, artifacts);
        }
        catch (DataUnavailableException) when (config.Own is null)
        {
            await GetAsync(config.Name, progress: null, cancellationToken);
            return Load(config);
        }
    }

    /// <summary>Makes sure that a data set is on this machine: looks in the shared folder, the cache and where system packages
    /// put it, then fetches what is missing into the cache, from mirrors and then from packages.</summary>
    /// <remarks>A file appears under its name only when it is complete, checked by SHA-256 and on disk.</remarks>
    /// <exception cref="DataUnavailableException">It could not be had; every place that was tried is listed with its
    /// reason.</exception>
    /// <exception cref="DatasetException">The set is unknown, or the cache cannot be written.</exception>
    public Task<FetchResult> GetAsync(string name, IProgress<DataProgress>? progress, CancellationToken cancellationToken) =>
        new DatasetFetcher(Catalog.Find(name), _options, _locator, progress).FetchAsync(cancellationToken);

    /// <summary>Every data set of the catalog and whether it is here. Copies of the published size are taken as sound.</summary>
    public IReadOnlyList<DatasetStatus> List() => [.. Catalog.Sources.Select(source => Inspect(source, thorough: false))];

    /// <summary>Reads and checks every copy of every file of one data set, or of all.</summary>
    /// <exception cref="DatasetException">The set is unknown.</exception>
    public IReadOnlyList<DatasetStatus> Verify(string? name = null) =>
        name is null ? [.. Catalog.Sources.Select(source => Inspect(source, thorough: true))]
            : [Inspect(Catalog.Find(name), thorough: true)];

    /// <summary>The whole data set as published; read again only if nobody uses it any more.</summary>
    /// <exception cref="DataUnavailableException">The files are not here, or none of their copies is sound.</exception>
    public PublishedImages Published(DatasetSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        lock (_lock)
        {
            if (!_used.TryGetValue(source.Name, out var used) || !used.TryGetTarget(out var images))
            {
                images = Read(source);
                _used[source.Name] = new WeakReference<PublishedImages>(images);
            }

            return images;
        }
    }

    private PublishedImages OwnImages(DatasetFacts own, string? artifacts)
    {
        lock (_lock)
        {
            if (!_used.TryGetValue(own.Sha256!, out var used) || !used.TryGetTarget(out var images))
            {
                // A trial's files are in SWEEP/TRIAL/attempt-N of the folder.
                var folder = artifacts is null ? Own
                    : new OwnFolder(_options, Path.GetFullPath(Path.Combine(artifacts, "..", "..", "..", OwnDataset.Folder)));
                images = folder.Load(own);
                _used[own.Sha256!] = new WeakReference<PublishedImages>(images);
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
                    break;

                contents.Add(content);
            }

            if (contents.Count == form.Files.Count)
                return Checked(source, form.Read(contents));
        }

        throw Missing(source, failures);
    }

    // A sweep was planned by the facts.
    private static PublishedImages Checked(DatasetSource source, PublishedImages images)
    {
        var facts = source.Facts;
        var (pixels, test) = (images.Train.Dimensions, images.Test.Count);
        var read = facts with { TrainImages = images.Train.Count, ValidImages = images.Valid?.Count ?? 0, TestImages = test };
        return read == facts && pixels == facts.Pixels
            ? images
            : throw new InvalidOperationException(
                $"{source.Name} has {read.Parts} images of {pixels} pixels; {nameof(DatasetList)} says {facts.Parts} "
                    + $"of {facts.Pixels}.");
    }

    private DatasetStatus Inspect(DatasetSource source, bool thorough)
    {
        if (source.IsBuiltIn)
            return new DatasetStatus(source, DatasetState.BuiltIn, []);

        var forms = source.Forms.Select(form =>
            form.Files.Select(file => new FileStatus(file, _locator.Copies(source, file, thorough))).ToList()).ToList();
        var files = forms.Find(form => form.TrueForAll(file => file.State == DatasetState.Ready)) ?? forms[0];
        var state = files.Exists(file => file.State == DatasetState.Damaged) ? DatasetState.Damaged
            : files.Exists(file => file.State == DatasetState.Missing) ? DatasetState.Missing
            : DatasetState.Ready;
        return new DatasetStatus(source, state, files);
    }

    private DataUnavailableException Missing(DatasetSource source, List<FetchFailure> failures) => new(
        $"Data set {source.Name} is not on this machine.\n  looked in: {string.Join(", ", _locator.Folders(source))}\n" +
        string.Concat(failures.Select(failure => $"  {failure.Source}: {failure.Reason}\n")) +
        $"Run 'vaesweep data get {source.Name}', or set {DatasetStoreOptions.SharedFolderVariable} to a folder that has "
        + "its files.",
        source.Name, failures);
}
