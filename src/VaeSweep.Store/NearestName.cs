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
            var edits = Sweeps.NearestName.Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < distance)
                (nearest, distance) = (candidate, edits);
        }

        return nearest;
    }
}
