namespace VaeSweep.Training.Data;

/// <summary>Finds the files of data sets in the shared folder, the cache and where system packages put them.</summary>
internal sealed class DataLocator(DatasetStoreOptions options)
{
    /// <summary>Folders that may hold a data set, in the order in which they are searched.</summary>
    public IReadOnlyList<string> Folders(DatasetSource source)
    {
        string[] shared = options.SharedFolder is { } folder ? [Path.Combine(folder, source.Name), folder] : [];
        return [.. shared, CacheFolder(source), .. source.SystemFolders];
    }

    public string CacheFolder(DatasetSource source) => Path.Combine(options.CacheFolder, source.Name);

    /// <summary>Paths that exist under one of the names of a file.</summary>
    public IEnumerable<string> Candidates(DatasetSource source, DataFile file) =>
        Folders(source).SelectMany(folder => file.Names.Select(name => Path.Combine(folder, name))).Where(File.Exists);

    /// <summary>The first sound copy of a file.</summary>
    /// <param name="failures">Gets a line for each copy that is not sound.</param>
    public DataContent? TryRead(DatasetSource source, DataFile file, List<FetchFailure> failures)
    {
        foreach (var path in Candidates(source, file))
        {
            try
            {
                return VerifiedFile.Read(file, path);
            }
            catch (DataFormatException exception)
            {
                failures.Add(new FetchFailure(path, $"expected {exception.Expected}, found {exception.Found}"));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failures.Add(new FetchFailure(path, exception.Message));
            }
        }

        return null;
    }
}
