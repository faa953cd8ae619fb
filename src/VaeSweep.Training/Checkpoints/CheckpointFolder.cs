namespace VaeSweep.Training;

/// <summary>Finds what a trial can go on from.</summary>
public static class CheckpointFolder
{
    /// <summary>The checkpoint asked for; where that cannot be used, the furthest sound one beside it; where there is none, null: the trial starts anew.
    /// All three end with the same numbers, because a resumed trial computes what an uninterrupted one does.</summary>
    /// <param name="refused">Told of every file that was refused and why.</param>
    public static Checkpoint? Find(string resumeFrom, string artifactsFolder, string fingerprint, Action<string> refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        var others = Directory.Exists(artifactsFolder) ? Directory.GetFiles(artifactsFolder, $"ckpt-*{CheckpointFile.Extension}") : [];
        var candidates = others
            .Where(path => !string.Equals(Path.GetFullPath(path), Path.GetFullPath(resumeFrom), StringComparison.Ordinal))
            .OrderByDescending(Path.GetFileName, StringComparer.Ordinal)
            .Prepend(resumeFrom);
        foreach (var path in candidates)
        {
            try
            {
                return CheckpointFile.Load(path, fingerprint);
            }
            catch (CheckpointException unusable)
            {
                refused(unusable.Message);
            }
        }

        return null;
    }
}
