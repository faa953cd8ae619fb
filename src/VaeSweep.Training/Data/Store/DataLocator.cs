namespace VaeSweep.Training.Data;

/// <summary>Finds the files of data sets in the shared folder, the cache and where system packages put them.</summary>
internal sealed class DataLocator(DatasetStoreOptions options)
{
    /// <summary>Folders that may hold a data set, in the order in which they are searched.</summary>
    public IReadOnlyList<string> Folders(DatasetSource source)
    {
        string[] shared = options.SharedFolder is { } folder ? [Path.Combine(folder, source.Folder), folder] : [];
        return [.. shared, CacheFolder(source), .. source.SystemFolders];
    }

    public string CacheFolder(DatasetSource source) => Path.Combine(options.CacheFolder, source.Folder);

    /// <summary>Paths that exist under one of the names of a file.</summary>
    public IEnumerable<string> Candidates(DatasetSource source, DataFile file) =>
        Folders(source).SelectMany(folder => file.Names.Select(name => Path.Combine(folder, name))).Where(File.Exists);

    /// <summary>The first sound copy of a file.</summary>
    /// <param name="failures">Gets a line for each copy that is not sound.</param>
    public DataContent? TryRead(DatasetSource source, DataFile file, List<FetchFailure> failures)
    {
        foreach (var path in Candidates(source, file))
        {
            if (TryRead(file, path, out var fault) is { } content)
                return content;

            failures.Add(new FetchFailure(path, fault!));
        }

        return null;
    }

    /// <summary>Every copy of a file.</summary>
    /// <param name="thorough">False: a copy whose size is the published one is not read.</param>
    public IReadOnlyList<FileCopy> Copies(DatasetSource source, DataFile file, bool thorough)
    {
        var copies = new List<FileCopy>();
        foreach (var path in Candidates(source, file))
        {
            var bytes = new FileInfo(path).Length;
            string? fault = null;
            if (thorough || (bytes != file.Bytes && bytes != file.ContentBytes))
                TryRead(file, path, out fault);

            copies.Add(new FileCopy(path, bytes, fault));
        }

        return copies;
    }

    private static DataContent? TryRead(DataFile file, string path, out string? fault)
    {
        try
        {
            fault = null;
            return VerifiedFile.Read(file, path);
        }
        catch (DataFormatException exception)
        {
            fault = $"expected {exception.Expected}, found {exception.Found}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = exception.Message.TrimEnd('.');
        }

        return null;
    }
}
