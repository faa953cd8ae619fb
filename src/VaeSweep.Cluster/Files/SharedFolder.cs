using System.Security.Cryptography;

namespace VaeSweep.Cluster.Files;

/// <summary>Whether two machines see the same artifacts folder: the head leaves a mark there, made anew with each start, and a
/// node looks for it. A folder that was copied has the store's identity too, but not the mark of the head that runs.</summary>
internal static class SharedFolder
{
    private const string MarkFile = ".vaesweep-head";
    private const int RandomBytes = 16;
    private const int MostLength = 1000;

    /// <param name="identity">The store's.</param>
    /// <returns>What a node must find.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Mark(string root, string identity)
    {
        var mark = $"{identity} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}";
        Directory.CreateDirectory(root);
        var draft = Path.Combine(root, $"{MarkFile}.{Guid.NewGuid():N}");
        File.WriteAllText(draft, mark);
        File.Move(draft, Path.Combine(root, MarkFile), overwrite: true);
        return mark;
    }

    /// <summary>Whether the folder of this name here is the one that was marked so, and this process may write into it.</summary>
    public static bool Has(string root, string mark)
    {
        try
        {
            if (!Path.IsPathFullyQualified(root) || mark.Length == 0
                || new FileInfo(Path.Combine(root, MarkFile)) is not { Exists: true, Length: < MostLength } file
                || File.ReadAllText(file.FullName) != mark)
            {
                return false;
            }
            // It may be shown to others to read alone.
            var attempt = Path.Combine(root, $"{MarkFile}.{Guid.NewGuid():N}");
            File.WriteAllText(attempt, mark);
            File.Delete(attempt);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
