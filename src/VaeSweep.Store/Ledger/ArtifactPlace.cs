namespace VaeSweep.Store;

/// <summary>Finds the files of a store that was moved, copied or named anew together with its artifacts: the store has whole
/// paths, and its own folder goes first.</summary>
/// <param name="folder">Of the store's artifacts now.</param>
internal sealed class ArtifactPlace(string folder)
{
    /// <summary>What a store's artifacts are beside it, unless somebody chose another folder.</summary>
    public const string Ending = ".artifacts";

    private const string AttemptPrefix = "attempt-";

    // Sweep, trial, attempt, file.
    private const int Parts = 4;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <returns>Where the file is: below the own folder, when it is there; else where the store says.</returns>
    public string Here(string path)
    {
        if (path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || TailOf(path) is not { } tail)
            return path;
        var own = Path.Combine(_folder, tail);
        return File.Exists(own) ? own : path;
    }

    /// <summary>Whether a file is one of another store, which is still where this one was copied from: it is not this one's to
    /// delete.</summary>
    public bool IsAnothers(string path) => TailOf(path) is { } tail && path[..^(tail.Length + 1)] is var root
        && root != _folder && root.EndsWith(Ending, StringComparison.Ordinal) && File.Exists(root[..^Ending.Length]);

    private static string? TailOf(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar);
        return parts.Length > Parts && parts[^2].StartsWith(AttemptPrefix, StringComparison.Ordinal)
            ? string.Join(Path.DirectorySeparatorChar, parts[^Parts..]) : null;
    }
}
