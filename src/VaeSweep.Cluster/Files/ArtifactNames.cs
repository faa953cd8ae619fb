using System.Text;

namespace VaeSweep.Cluster.Files;

/// <summary>Names of files in a store's artifacts folder, as other machines say them:
/// <c>sweep/trial/attempt-1/ckpt-3.bin</c>.</summary>
internal static class ArtifactNames
{
    private const int MostParts = 8;
    private const int MostPartBytes = 255;

    /// <summary>Where the file is.</summary>
    /// <param name="root">The artifacts folder, in full.</param>
    /// <param name="name">Relative to it, or a full path below it; anything.</param>
    /// <returns>Null when it could lead elsewhere, or to a file that is kept for the program's own use.</returns>
    public static string? Resolve(string root, string name)
    {
        var below = root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        var parts = (name.StartsWith(below, StringComparison.Ordinal) ? name[below.Length..] : name).Split('/');
        if (parts.Length is < 2 or > MostParts || !Array.TrueForAll(parts, IsPlain))
            return null;
        var full = Path.GetFullPath(Path.Combine([root, .. parts]));
        return full.StartsWith(below, StringComparison.Ordinal) ? full : null;
    }

    /// <summary>What another machine is to call a file of this one.</summary>
    public static string NameOf(string root, string file) =>
        Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');

    // A leading dot would also be a mark or a half of a file (and '.' and '..').
    private static bool IsPlain(string part) =>
        part.Length > 0 && part[0] != '.' && Encoding.UTF8.GetByteCount(part) <= MostPartBytes
            && !part.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\\' or ':' or '\uFFFD');
}
