namespace VaeSweep.Cluster.Launch;

/// <summary>Text that a shell reads back as it was.</summary>
public static class Shell
{
    public static string Quote(string text) =>
        text.Length > 0 && text.All(c =>
            char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or ',' or '=' or '@' or '%' or '+')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}
