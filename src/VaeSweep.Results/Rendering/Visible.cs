using System.Globalization;
using System.Text;

namespace VaeSweep.Results;

/// <summary>Text from a store, made fit for a terminal: what would move the cursor, change colours or turn the direction of
/// writing is shown as an escape instead.</summary>
public static class Visible
{
    /// <summary>Everything on one line.</summary>
    public static string Line(string text) => Of(text, keepLines: false);

    /// <summary>Line feeds stay.</summary>
    public static string Lines(string text) => Of(text, keepLines: true);

    private static string Of(string text, bool keepLines)
    {
        if (!text.Any(c => IsUnseen(c) && !(keepLines && c == '\n')))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (!IsUnseen(c) || (keepLines && c == '\n'))
                shown.Append(c);
            else
                shown.Append(Escape(c));
        }

        return shown.ToString();
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < '\x100' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    // Controls, separators of lines and paragraphs, and the marks that change the direction of writing.
    private static bool IsUnseen(char c) => char.IsControl(c) || c is '\u200e' or '\u200f' or '\u2028' or '\u2029'
        or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
