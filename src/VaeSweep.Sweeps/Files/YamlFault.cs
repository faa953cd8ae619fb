using YamlDotNet.Core;

namespace VaeSweep.Sweeps;

/// <summary>Why a text is no YAML, and where, for a person who has to mend it.</summary>
internal static class YamlFault
{
    /// <summary>What the library found.</summary>
    public static (int Line, int Column, string Message) Explain(YamlException found, string text)
    {
        if (Tab(text) is { } tab)
            return tab;

        // The library's words name what it was doing; they are sentences, but for those that it takes from its own internals.
        var message = found.Message.Trim().TrimEnd('.');
        return found.Start.Line > 0 && message.Length is > 0 and < 300 && found.InnerException is null
            ? ((int)found.Start.Line, Math.Max(1, (int)found.Start.Column), $"not valid YAML: {message}.")
            : Explain(found.Start, text);
    }

    /// <summary>Where the library gave up without a reason.</summary>
    public static (int Line, int Column, string Message) Explain(Mark stopped, string text)
    {
        if ((Tab(text) ?? Unclosed(text)) is { } known)
            return known;

        return (Math.Max(1, (int)stopped.Line), Math.Max(1, (int)stopped.Column),
            "not valid YAML: the text cannot be read on from here. Look for a bracket, a quote, a colon or an indentation that "
                + "is out of place.");
    }

    // The scanner reports a tab as whatever it broke, often at the start of the file; the tab is what a person must find.
    private static (int, int, string)? Tab(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i][..^lines[i].TrimStart().Length];
            var tab = indent.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0 && indent.Length < lines[i].TrimEnd().Length)
                return (i + 1, tab + 1, "a tab in the indentation; YAML is indented with spaces.");
        }

        return null;
    }

    // The innermost bracket that is still open at the end of the text. Quotes and comments are known only as far as most files
    // use them.
    private static (int, int, string)? Unclosed(string text)
    {
        var open = new Stack<(char Bracket, int Line, int Column)>();
        var (line, column, quote, before) = (1, 0, '\0', '\n');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            (line, column) = c == '\n' ? (line + 1, 0) : (line, column + 1);
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'' && !char.IsLetterOrDigit(before))
                quote = c;
            else if (c == '#' && char.IsWhiteSpace(before))
                i = text.IndexOf('\n', i) is var end and >= 0 ? end - 1 : text.Length;
            else if (c is '[' or '{')
                open.Push((c, line, column));
            else if (c is ']' or '}' && open.TryPeek(out var last) && last.Bracket == (c == ']' ? '[' : '{'))
                open.Pop();

            before = c;
        }

        return open.TryPop(out var left) ? (left.Line, left.Column, $"not valid YAML: the '{left.Bracket}' here is not closed.")
            : null;
    }
}
