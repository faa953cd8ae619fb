namespace VaeSweep.Store.LiteDb;

/// <summary>The mount that a file lies on.</summary>
internal static class MountPoint
{
    private const string Mounts = "/proc/self/mounts";

    /// <returns>For a person: where it is mounted, its kind and its source.</returns>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(Mounts))
            return Path.GetPathRoot(full) ?? full;
        // /dev/sda1 /home ext4 rw 0 0; a later line covers an earlier one.
        var mount = File.ReadLines(Mounts).Select(line => line.Split(' '))
            .Where(words => words.Length > 2 && Holds(words[1].Replace("\\040", " ", StringComparison.Ordinal), full))
            .OrderBy(words => words[1].Length).LastOrDefault();
        return mount is null ? full : $"{mount[1]} ({mount[2]}, from {mount[0]})";
    }

    private static bool Holds(string mount, string path) =>
        path.StartsWith(mount, StringComparison.Ordinal)
            && (mount.EndsWith('/') || path.Length == mount.Length || path[mount.Length] == '/');
}
