namespace VaeSweep.Training.Data;

/// <summary>A package that apt can download and dpkg can unpack; neither needs to be root, and nothing is installed.</summary>
/// <param name="Folder">Where the package would install the files.</param>
public sealed record DebianPackage(string Name, string Folder) : PackageSource
{
    /// <summary>Where Debian's packages of data sets install them.</summary>
    public const string DatasetsFolder = "/usr/share/datasets/";

    public override string Command => $"apt-get download {Name}";

    internal override async Task<IReadOnlyList<string>> FetchAsync(
        IReadOnlyList<DataFile> files, string folder, ClientProcess client, CancellationToken cancellationToken)
    {
        await client.RunAsync("apt-get", ["download", "-q", Name], folder, cancellationToken);
        var archive = Directory.EnumerateFiles(folder, "*.deb").FirstOrDefault()
            ?? throw new DatasetException("it ended well but left no .deb archive");
        var unpacked = Path.Combine(folder, "unpacked");
        await client.RunAsync("dpkg-deb", ["-x", archive, unpacked], folder, cancellationToken);
        var datasets = unpacked + Folder;
        return files.SelectMany(file => file.Names).Select(name => Path.Combine(datasets, name)).Where(File.Exists).ToList();
    }
}
