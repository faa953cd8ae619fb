namespace VaeSweep.Training.Data;

/// <summary>One file of a data set and the proof that a copy is the published one.</summary>
public sealed record DataFile
{
    /// <summary>The published name. A name that ends in .gz may also be there uncompressed, without the ending.</summary>
    public required string Name { get; init; }

    /// <summary>Size and SHA-256 (lower-case hexadecimal) of the file as published.</summary>
    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>Size and SHA-256 of what a .gz file holds; of the file itself for others. Copies that were compressed anew differ
    /// in the first pair and agree in this one, and are accepted.</summary>
    public long ContentBytes { get => IsCompressed ? field : Bytes; init; }

    public string ContentSha256 { get => IsCompressed ? field : Sha256; init; } = string.Empty;

    /// <summary>Where the file, compressed or not, is published; tried in order.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    public bool IsCompressed => Name.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>The name of the uncompressed file.</summary>
    public string ContentName => IsCompressed ? Name[..^3] : Name;

    /// <summary>The names under which a copy is looked for.</summary>
    public IReadOnlyList<string> Names => IsCompressed ? [Name, ContentName] : [Name];

    /// <summary>A file of which no copy could be had when this was written, so that nothing is known of it but its format: what
    /// it holds is checked instead. It is not fetched: an answer that is not the file could not be told from it.</summary>
    public static DataFile Unseen(string name) => new() { Name = name, Bytes = 0, Sha256 = string.Empty };

    /// <summary>Size and SHA-256 are known.</summary>
    public bool IsKnown => Sha256.Length > 0;

    /// <summary>Mirrors that keep the file under its name in a folder.</summary>
    public DataFile At(params ReadOnlySpan<string> folders)
    {
        var mirrors = new List<Uri>();
        foreach (var folder in folders)
            mirrors.Add(new Uri(new Uri(folder), Name));

        return this with { Mirrors = mirrors };
    }
}
