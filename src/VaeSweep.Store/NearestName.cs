namespace VaeSweep.Store;

/// <summary>Finds what a misspelt name probably meant.</summary>
internal static class NearestName
{
    /// <returns>The candidate within a third of the name's length in edits; null when none is that near.</returns>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var (nearest, distance) = (default(string), Math.Max(1, name.Length / 3) + 1);
        foreach (var candidate in candidates)
        {
            var edits = Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < distance)
                (nearest, distance) = (candidate, edits);
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Edits(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replace, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[a.Length, b.Length];
    }
}
