namespace VaeSweep.Training;

/// <summary>Finds what a trial can go on from.</summary>
public static class CheckpointFolder
{
    /// <summary>The checkpoint asked for; where that cannot be used, the furthest sound one beside it; where there is none, null:
    /// the trial starts anew. All three end with the same numbers, because a resumed trial computes what an uninterrupted one
    /// does.</summary>
    /// <param name="refused">Told of every file that was refused and why.</param>
    /// <param name="shared">As of <see cref="CheckpointFile.Load"/>.</param>
    /// <exception cref="CheckpointException">Nothing can be used but files of another <see cref="Numerics.Number"/>: what they
    /// hold is not thrown away unasked. The message says so, and the next attempt on that folder, which a failed trial has only
    /// when its owner asks, starts anew.</exception>
    public static Checkpoint? Find(
        string resumeFrom, string artifactsFolder, string fingerprint, Action<string> refused,
        Func<string, int>? shared = null)
    {
        ArgumentNullException.ThrowIfNull(refused);
        var others = Directory.Exists(artifactsFolder)
            ? Directory.GetFiles(artifactsFolder, $"ckpt-*{CheckpointFile.Extension}") : [];
        var candidates = others
            .Where(path => !string.Equals(Path.GetFullPath(path), Path.GetFullPath(resumeFrom), StringComparison.Ordinal))
            .OrderByDescending(Path.GetFileName, StringComparer.Ordinal)
            .Prepend(resumeFrom);
        var foreign = new List<string>();
        foreach (var path in candidates)
        {
            try
            {
                var found = CheckpointFile.Load(path, fingerprint, shared);
                if (found.Numerics == Numerics.Number)
                    return found;

                foreign.Add(path);
                refused($"checkpoint {path} is of numerics {found.Numerics}, and this program computes "
                    + $"numerics {Numerics.Number}.");
            }
            catch (CheckpointException unusable)
            {
                refused(unusable.Message);
            }
        }

        if (foreign.Count > 0 && !WasTold(artifactsFolder))
        {
            throw new CheckpointException(
                $"checkpoint {foreign[0]} was written by a program of other numerics than this one's {Numerics.Number}: going on "
                    + "from it would mix numbers that no one program computes. "
                + "Nothing was deleted. Finish the trial with the program that began it, or let it start anew with "
                + "`vaesweep retry`.");
        }

        return null;
    }

    /// <summary>Whether this folder's owner was told already that its checkpoints are of other numerics; from now on that is
    /// so.</summary>
    private static bool WasTold(string artifactsFolder)
    {
        var mark = Path.Combine(artifactsFolder, $"numerics-{Numerics.Number}-starts-anew");
        if (File.Exists(mark))
            return true;

        Directory.CreateDirectory(artifactsFolder);
        File.WriteAllText(mark, $"The checkpoints here were found to be of other numerics than {Numerics.Number}. An attempt "
            + "that still finds no other starts anew.\n");
        return false;
    }
}
