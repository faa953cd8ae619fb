namespace VaeSweep.Cli;

/// <summary>Reads options that take several values: with commas, or given again.</summary>
internal static class ListOption
{
    /// <returns>Each name once; null when nothing was given.</returns>
    public static List<string>? Names(string[]? given)
    {
        var names = (given ?? []).SelectMany(Split).Distinct(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : names;
    }

    /// <summary>path=value pairs.</summary>
    /// <param name="option">As the user wrote it, for the message.</param>
    /// <exception cref="CliException">One has no equals sign.</exception>
    public static Dictionary<string, string>? Pairs(string option, string[]? given)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (given ?? []).SelectMany(Split))
        {
            var sign = pair.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0)
                throw new CliException($"{option} takes path=value, like objective.k=1; found '{pair}'.");

            pairs[pair[..sign].Trim()] = pair[(sign + 1)..].Trim();
        }

        return pairs.Count == 0 ? null : pairs;
    }

    // A comma inside brackets belongs to a list: model.layers=[64,32].
    private static List<string> Split(string text)
    {
        var (parts, depth, start) = (new List<string>(), 0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
            else
            {
                depth += text[i] switch { '[' => 1, ']' => -1, _ => 0 };
            }
        }

        parts.RemoveAll(p => p.Length == 0);
        return parts;
    }
}
