using System.Text;
using System.Text.RegularExpressions;

namespace VaeSweep.Results;

/// <summary>A tabular for the package booktabs; numbers are set in math mode, where a minus is a minus.</summary>
internal static partial class LatexRenderer
{
    public static string Render(Table table)
    {
        var text = new StringBuilder();
        if (table.Caption is not null)
            text.Append("% ").Append(table.Caption.ReplaceLineEndings(" ")).Append('\n');

        text.Append("% needs \\usepackage{booktabs}\n");
        text.Append("\\begin{tabular}{").Append(string.Concat(table.Columns.Select(c => c.Number ? 'r' : 'l')))
            .Append("}\n\\toprule\n");
        Line(text, table.Columns.Select(c => Escape(c.Heading)));
        text.Append("\\midrule\n");
        foreach (var row in table.Rows)
            Line(text, row.Select((cell, i) => Format(cell, table.Columns[i])));

        text.Append("\\bottomrule\n\\end{tabular}\n");
        foreach (var note in table.Notes ?? [])
            text.Append("\\par{\\footnotesize ").Append(Escape(note)).Append("\\par}\n");

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(" & ", cells).Append(" \\\\\n");

    // A minus is a minus only in math mode; bold there is \mathbf.
    private static string Format(Cell cell, Column column)
    {
        if (cell.Text.Length == 0)
            return "";

        if (PowerPattern().Match(cell.Text) is { Success: true } whole && whole.Length == cell.Text.Length)
            return cell.Bold ? $"$\\mathbf{{{Power(whole)}}}$" : $"${Power(whole)}$";

        var digits = column.Number ? cell.Text.TakeWhile(c =>
            char.IsAsciiDigit(c) || " .-+±[],eE".Contains(c, StringComparison.Ordinal)).Count() : 0;
        // Marks may follow the number, after a space.
        if (cell.Text.AsSpan(0, digits).ContainsAnyInRange('0', '9')
            && (digits == cell.Text.Length || cell.Text[digits - 1] == ' '))
        {
            var math = PowerPattern().Replace(cell.Text[..digits].TrimEnd(), Power).Replace("±", "\\pm", StringComparison.Ordinal)
                .Replace(" [", "\\ [", StringComparison.Ordinal);
            var marks = digits == cell.Text.Length ? "" : " " + Escape(cell.Text[digits..]);
            return (cell.Bold ? $"$\\mathbf{{{math}}}$" : $"${math}$") + marks;
        }

        var escaped = Escape(cell.Text);
        return cell.Bold ? $"\\textbf{{{escaped}}}" : escaped;
    }

    /// <summary>"1e-05" is 10^{-5}, "-2.5E+17" is -2.5 \times 10^{17}.</summary>
    private static string Power(Match number)
    {
        var power = $"10^{{{int.Parse(number.Groups["power"].Value, System.Globalization.CultureInfo.InvariantCulture)}}}";
        return number.Groups["mantissa"].Value switch
        {
            "1" => power,
            "-1" => "-" + power,
            var mantissa => $"{mantissa} \\times {power}",
        };
    }

    // One digit before the point, as numbers are written: a trial's id never reads so.
    [GeneratedRegex(@"(?<![\w.])(?<mantissa>-?[0-9](\.[0-9]+)?)[eE](?<power>[+-]?[0-9]{1,3})(?![\w.])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PowerPattern();

    /// <summary>A name that \label takes.</summary>
    public static string Label(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    /// <summary>Text as text, whatever characters it has.</summary>
    public static string Escape(string text)
    {
        var parts = PowerPattern().Matches(text);
        if (parts.Count > 0)
        {
            var (whole, at) = (new StringBuilder(), 0);
            foreach (Match part in parts)
            {
                whole.Append(Escape(text[at..part.Index])).Append('$').Append(Power(part)).Append('$');
                at = part.Index + part.Length;
            }

            return whole.Append(Escape(text[at..])).ToString();
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            escaped.Append(c switch
            {
                '\\' => "\\textbackslash{}",
                '~' => "\\textasciitilde{}",
                '^' => "\\textasciicircum{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => "\\" + c,
                // At the start of a row a bracket or a star would belong to the \\ before it.
                '[' => "{[}",
                '*' => "{*}",
                '±' => "$\\pm$",
                '<' => "$<$",
                '>' => "$>$",
                '†' => "$\\dagger$",
                '§' => "\\S{}",
                '‡' => "$\\ddagger$",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
