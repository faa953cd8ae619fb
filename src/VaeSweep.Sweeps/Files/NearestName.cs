namespace VaeSweep.Sweeps;

/// <summary>Finds what somebody most likely meant.</summary>
public static class NearestName
{
    private const int MaxLength = 100;

    /// <summary>The nearest candidate by Damerau-Levenshtein distance, whole or by its last part (`lr` finds
    /// `train.optimizer.adam.lr`).</summary>
    /// <returns>Null when nothing is near.</returns>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        // Nobody's finger slips so far, and the work grows with the length.
        if (name.Length > MaxLength)
            return null;

        string? best = null;
        var bestDistance = int.MaxValue;
        var lower = name.ToLowerInvariant();
        var tail = LastPart(lower);
        foreach (var candidate in candidates)
        {
            // What was typed is no advice: it is there, but not where it was asked for.
            if (candidate == name)
                continue;
            var distance = Math.Min(Near(lower, candidate), TailDistance(tail, LastPart(candidate)));
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <summary>The distance, or int.MaxValue when it is too far to be a slip of the finger.</summary>
    private static int Near(string a, string b)
    {
        var distance = Distance(a, b);
        return distance <= Math.Max(2, a.Length / 3) && distance < Math.Min(a.Length, b.Length) ? distance : int.MaxValue;
    }

    /// <summary>As <see cref="Near"/>, but latent_dim, latents, batchSize and nll (for test_nll), other forms of the same word,
    /// are near too.</summary>
    private static int TailDistance(string tail, string other)
    {
        var bare = Bare(tail);
        var otherBare = Bare(other);
        var sameWord = tail == other || bare == otherBare || other.EndsWith("_" + tail, StringComparison.Ordinal);
        return sameWord ? 1
            : otherBare.Length >= 4 && bare.StartsWith(otherBare, StringComparison.Ordinal) ? 2
            : Near(tail, other);
    }

    private static string Bare(string name) => name.Replace("_", "", StringComparison.Ordinal)
        .Replace("-", "", StringComparison.Ordinal);

    /// <summary>" Did you mean 'x'?", or nothing.</summary>
    public static string Suggest(string name, IEnumerable<string> candidates) => Find(name, candidates) is { } near
        ? $" Did you mean '{near}'?" : "";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = Enumerable.Range(0, b.Length + 1).ToArray();
        var row = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1] + 1, last[j] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
