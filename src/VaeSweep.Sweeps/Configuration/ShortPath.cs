namespace VaeSweep.Sweeps;

/// <summary>Configuration paths as tables print them: `k` for `objective.k`, as long as no other path of the sweep ends
/// so.</summary>
public static class ShortPath
{
    /// <param name="name">A whole path, or its end: k, adam.lr. Spaces stand for underscores, as in figures.</param>
    /// <param name="varying">The paths in which the sweep's trials differ: of several that end so, those are meant.</param>
    /// <returns>One path; several when the name is short for more than one; none when no path ends so.</returns>
    public static IReadOnlyList<string> Find(string name, IEnumerable<string> varying)
    {
        var end = name.Replace(' ', '_');
        if (ConfigSchema.Find(end) is not null)
            return [end];

        string[] shown = [.. varying.Where(path => EndsSo(path, end)).Distinct(StringComparer.Ordinal)];
        return shown.Length > 0 ? shown : [.. ConfigSchema.Writable.Where(path => EndsSo(path, end))];
    }

    /// <summary>"'epochs' is short for train.epochs and train.alarms.epochs: write more of the one that is meant."</summary>
    public static string Ambiguous(string name, IReadOnlyList<string> paths) =>
        $"'{name}' is short for {string.Join(" and ", paths)}: write more of the one that is meant.";

    private static bool EndsSo(string path, string end) =>
        path.Length > end.Length && path.EndsWith(end, StringComparison.Ordinal) && path[path.Length - end.Length - 1] == '.';
}
