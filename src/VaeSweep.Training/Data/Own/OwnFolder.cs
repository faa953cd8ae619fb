using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>The data sets of somebody's own that are on this machine: their images under their checksums, and the names that they
/// were given beside them.</summary>
/// <remarks>In the folder `own` of VAESWEEP_DATA, where that can be written, else of the cache. What a name stands for may
/// change; what a checksum stands for may not. Files appear whole or not at all. Safe for many processes.</remarks>
public sealed class OwnFolder
{
    private const string FolderName = "own";
    private const string RecordEnding = ".json";
    private const string OfPath = ".path-";
    private const string Unfinished = ".part-";
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    // A file that was written within the same tick as it was read may have been written once more since.
    private static readonly TimeSpan _tooFresh = TimeSpan.FromSeconds(2);

    private readonly DatasetStoreOptions _options;
    private readonly string[] _folders;

    /// <param name="more">Further folders to look for images in, such as what a head has got from others.</param>
    public OwnFolder(DatasetStoreOptions options, params IEnumerable<string> more)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        string[] shared = options.SharedFolder is { } folder ? [Path.Combine(folder, FolderName)] : [];
        Cache = Path.Combine(options.CacheFolder, FolderName);
        _folders = [.. shared, Cache, .. more];
    }

    /// <summary>Where images that come from elsewhere go.</summary>
    public string Cache { get; }

    /// <summary>Where it looks, in order.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>The file's name of images with that checksum.</summary>
    public static string FileName(string sha256) => sha256 + OwnFile.Ending;

    /// <returns>The path of the images with that checksum, unread; null when they are not here.</returns>
    public string? Find(string sha256) =>
        _folders.Select(folder => Path.Combine(folder, FileName(sha256))).FirstOrDefault(File.Exists);

    /// <summary>Every set that has a name or a path, by name.</summary>
    public IReadOnlyList<OwnSet> List() =>
        [.. _folders.SelectMany(Records).Select(Read).OfType<OwnSet>()
            .DistinctBy(set => (set.Facts.Name, set.IsNamed, set.Source))
            .OrderBy(set => set.Facts.Name, StringComparer.Ordinal).ThenBy(set => !set.IsNamed)];

    /// <returns>Null when no set was given that name.</returns>
    public OwnSet? Named(string name) => _folders.Select(folder => Path.Combine(folder, name + RecordEnding))
        .Where(File.Exists).Select(Read).FirstOrDefault(set => set is { IsNamed: true });

    /// <summary>Reads images and checks them.</summary>
    /// <exception cref="DataUnavailableException">They are not on this machine.</exception>
    /// <exception cref="DatasetException">They are damaged.</exception>
    public PublishedImages Load(DatasetFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return OwnFile.Read(Find(facts.Sha256!) ?? throw Missing(facts), facts.Sha256!);
    }

    /// <summary>What is wrong with the images of a set, read from beginning to end; null when nothing is.</summary>
    public string? WhatIsWrong(OwnSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.File is null)
            return "its images are gone";

        try
        {
            OwnFile.Read(set.File, set.Facts.Sha256!);
            return null;
        }
        catch (Exception unusable) when (unusable is DatasetException or IOException or UnauthorizedAccessException)
        {
            return unusable.Message;
        }
    }

    /// <summary>Reads images, keeps them, and gives them a name.</summary>
    /// <param name="name">Null: they are known by their path alone, and are not read again while nothing in it changes.</param>
    /// <param name="progress">Told what is done, how many images of how many.</param>
    /// <exception cref="DatasetException">They cannot be used, or kept; the message says which file and row.</exception>
    public OwnSet Add(
        string? name, string path, ImportOptions options, Action<string, long, long>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        options = options with { Labels = options.Labels is null ? null : Path.GetFullPath(options.Labels) };
        try
        {
            var stamp = Stamp(source, options);
            var recordName = name ?? OfPath + Hash($"{source}\n{options.Text}")[..16];
            if (stamp.Length > 0 && List().FirstOrDefault(set =>
                set.Source == source && set.Options == options.Text && set.Stamp == stamp && set.File is not null) is { } known)
            {
                var same = known with { WasThere = true, Facts = known.Facts with { Name = name ?? known.Facts.Name } };
                return name is null || (known.IsNamed && known.Facts.Name == name) ? same : Name(same, recordName, name);
            }

            var folder = Writable();
            Tidy(folder);
            var staging = Path.Combine(folder, Unfinished + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(staging);
            try
            {
                var import = new OwnImport(options, staging, progress, cancellationToken);
                var (file, sha256) = import.Run(source);
                var kept = Find(sha256);
                var wasThere = kept is not null && new FileInfo(kept).Length == new FileInfo(file).Length;
                if (!wasThere)
                    File.Move(file, kept = Path.Combine(folder, FileName(sha256)), overwrite: true);

                var facts = OwnFile.Facts(kept!, name ?? Path.GetFileNameWithoutExtension(source));
                return Name(new OwnSet(facts, kept, source, name is not null)
                {
                    Options = options.Text, Stamp = stamp, Added = _options.Time.GetUtcNow(), Notes = import.Notes,
                    WasThere = wasThere,
                }, recordName, name);
            }
            finally
            {
                CacheFolder.Remove(staging);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{source} could not be read and kept: {failure.Message}", failure);
        }
    }

    /// <summary>Forgets a name; images that no other name stands for go with it.</summary>
    /// <returns>Bytes that are free now.</returns>
    /// <exception cref="DatasetException">They cannot be deleted.</exception>
    public long Remove(OwnSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        try
        {
            File.Delete(set.Record);
            if (set.File is null || List().Any(other => other.Facts.Sha256 == set.Facts.Sha256))
                return 0;

            var bytes = new FileInfo(set.File).Length;
            File.Delete(set.File);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{set.Facts.Name} could not be removed: {failure.Message}", failure);
        }
    }

    /// <summary>What to say of images that nobody here has.</summary>
    internal DataUnavailableException Missing(DatasetFacts facts) => new(
        $"The images of data set {facts.Name} (SHA-256 {OwnDataset.Shown(facts.Sha256!)}...) are not on this machine.\n"
            + $"  looked in: {string.Join(", ", _folders)}\n"
            + $"Add the same images here (`vaesweep data add {facts.Name} PATH`), or submit the sweep again from where they are.",
        facts.Name, []);

    private OwnSet Name(OwnSet set, string recordName, string? name)
    {
        var folder = Path.GetDirectoryName(set.File!)!;
        var record = Path.Combine(CanBeWritten(folder) ? folder : Writable(), recordName + RecordEnding);
        var text = new JsonObject
        {
            ["name"] = set.Facts.Name, ["named"] = name is not null, ["set"] = JsonNode.Parse(OwnDataset.ToJson(set.Facts)),
            ["source"] = set.Source, ["options"] = set.Options, ["stamp"] = set.Stamp,
            ["added"] = set.Added.ToString("O", CultureInfo.InvariantCulture),
        }.ToJsonString();
        var draft = Path.Combine(Path.GetDirectoryName(record)!, Unfinished + Guid.NewGuid().ToString("N"));
        File.WriteAllText(draft, text + "\n");
        File.Move(draft, record, overwrite: true);
        return set with { Record = record, IsNamed = name is not null };
    }

    private static string[] Records(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + RecordEnding) : [];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private OwnSet? Read(string record)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(record))!;
            var facts = OwnDataset.FromJson((string)json["name"]!, json["set"]!.ToJsonString());
            return new OwnSet(facts, Find(facts.Sha256!), (string)json["source"]!, (bool)json["named"]!)
            {
                Options = (string)json["options"]!, Stamp = (string)json["stamp"]!, Record = record,
                Added = DateTimeOffset.Parse((string)json["added"]!, CultureInfo.InvariantCulture),
            };
        }
        catch (Exception strange) when (strange is System.Text.Json.JsonException or FormatException or NullReferenceException
            or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Equal for files of equal sizes and times; empty for what was written too short a while ago to tell.</summary>
    private string Stamp(string source, ImportOptions options)
    {
        IEnumerable<FileInfo> files = Directory.Exists(source)
            ? new DirectoryInfo(source).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true })
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
            : [new FileInfo(source)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.Concat(options.Labels is { } labels ? [new FileInfo(labels)] : []))
        {
            if (!file.Exists || _options.Time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc < _tooFresh)
                return "";

            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{file.FullName}\n{file.Length} {file.LastWriteTimeUtc.Ticks}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string Writable() => _options.SharedFolder is not null && CanBeWritten(_folders[0]) ? _folders[0]
        : CanBeWritten(Cache) ? Cache
        : throw new DatasetException($"neither {string.Join(" nor ", _folders.Take(2))} can be written. Set "
            + $"{DatasetStoreOptions.SharedFolderVariable} to a folder that can.");

    private static bool CanBeWritten(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, Unfinished + Guid.NewGuid().ToString("N"));
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes what processes left that were killed at their work.</summary>
    private void Tidy(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos(Unfinished + "*"))
        {
            if (_options.Time.GetUtcNow().UtcDateTime - entry.LastWriteTimeUtc > _abandoned)
                CacheFolder.Remove(entry.FullName);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
