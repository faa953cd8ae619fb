using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSweep.Cluster.Files;

/// <summary>What a trial goes on from: the checkpoint that it was granted with, else the furthest sound one beside it, else
/// nothing.</summary>
internal static partial class CheckpointChoice
{
    /// <param name="path">Null where there is none yet.</param>
    /// <param name="epoch">That it covers.</param>
    /// <returns>The checkpoint, the epochs that it covers, what a person should know, and whether a file was damaged.</returns>
    public static (string? Path, int Epoch, string? Note, bool Damaged) Of(string? path, int epoch, ArtifactDisk disk)
    {
        if (path is null)
            return (null, 0, null, false);
        var isThere = disk.Exists(path);
        if (isThere && disk.IsSound(path))
            return (path, epoch, null, false);
        var wrong = isThere ? "is damaged: its bytes do not match their checksum" : "is not there";
        foreach (var (other, covered) in Beside(path, disk).Where(one => one.Epoch <= epoch))
        {
            if (disk.IsSound(other))
            {
                return (other, covered, $"checkpoint {path} of epoch {epoch} {wrong}; going on from {other} of epoch {covered}",
                    isThere);
            }
        }

        return (null, 0, $"checkpoint {path} of epoch {epoch} {wrong}; starting anew", isThere);
    }

    private static IEnumerable<(string Path, int Epoch)> Beside(string path, ArtifactDisk disk) =>
        disk.Files(Path.GetDirectoryName(path)!).Where(other => other != path)
            .Select(other => (Path: other, Name: NamePattern().Match(Path.GetFileName(other)))).Where(one => one.Name.Success)
            .OrderByDescending(one => Path.GetFileName(one.Path), StringComparer.Ordinal)
            .Select(one => (one.Path, int.Parse(one.Name.Groups["epoch"].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"^ckpt-e(?<epoch>[0-9]{1,9})-.*\.vsckpt\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
