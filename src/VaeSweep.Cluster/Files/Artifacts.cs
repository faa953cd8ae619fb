using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VaeSweep.Cluster.Files;

/// <summary>Where an attempt's files go. Each attempt has a folder of its own: a worker that lost its lease unaware, perhaps on
/// another machine with the same disk, never writes over the files of the one that has it now.</summary>
internal static class Artifacts
{
    private const int LongestName = 100;

    /// <param name="trial">Its key: a trial that was deleted, or went with its sweep to another name, and is then added anew has
    /// the same id, and must not write over the other's files.</param>
    public static string Folder(string root, string sweep, string trialId, long trial, int attempt) => Path.Combine(
        Folder(root, sweep), TrialFolder(trialId, trial), $"attempt-{attempt}");

    /// <summary>The name of a trial's folder.</summary>
    public static string TrialFolder(string trialId, long trial) =>
        string.Create(CultureInfo.InvariantCulture, $"{SafeName(trialId)}.{trial}");

    /// <returns>The key in the name of a trial's folder; 0 where there is none.</returns>
    public static long KeyIn(string trialFolder) =>
        long.TryParse(trialFolder.AsSpan(trialFolder.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture,
            out var key) && trialFolder.Contains('.', StringComparison.Ordinal) ? key : 0;

    /// <summary>What holds a sweep's attempts.</summary>
    public static string Folder(string root, string sweep) => Path.Combine(root, SafeName(sweep));

    /// <summary>One path element that differs for different names and means nothing to the file system: no separator, no leading
    /// dot.</summary>
    internal static string SafeName(string name)
    {
        var safe = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || (c == '.' && safe.Length > 0))
                safe.Append(c);
            else
                safe.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return safe.Length is > 0 and <= LongestName
            ? safe.ToString()
            : $"{safe.ToString(0, Math.Min(safe.Length, LongestName))}%"
            + $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12]}";
    }
}
