using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Files;

/// <summary>Data sets that somebody added, as files that heads and nodes send each other:
/// <c>_data/SHA-256.safetensors</c>.</summary>
internal static class DataNames
{
    private const string Ending = ".safetensors";

    public static string Of(string sha256) => $"{OwnDataset.Folder}/{sha256}{Ending}";

    /// <returns>The checksum that such a file must have; null when it is another file's name.</returns>
    public static string? ChecksumOf(string name) =>
        name.Split('/') is [OwnDataset.Folder, var file] && file.EndsWith(Ending, StringComparison.Ordinal)
            && OwnDataset.IsChecksum(file[..^Ending.Length]) ? file[..^Ending.Length] : null;

    /// <returns>The name and checksum of the set that a configuration needs; null where it is a published one.</returns>
    public static (string Name, string Sha256)? NeededBy(string configJson)
    {
        if (!configJson.Contains("\"dataset.own\"", StringComparison.Ordinal))
            return null;
        using var json = JsonDocument.Parse(configJson);
        return json.RootElement.TryGetProperty("dataset.own", out var own) && own.ValueKind == JsonValueKind.Object
            && own.TryGetProperty("sha256", out var sum) && sum.GetString() is { } sha256 && OwnDataset.IsChecksum(sha256)
            ? (json.RootElement.TryGetProperty("dataset.name", out var name) ? name.GetString() ?? "" : "", sha256) : null;
    }
}
