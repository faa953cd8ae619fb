using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VaeSweep.Sweeps;

internal enum NodeKind
{
    Null,
    Bool,
    Int,
    Number,
    Text,
    List,
    Map,
}

/// <summary>A value as somebody wrote it, with the place where. Scalars are typed by YAML 1.2's core schema, so `yes` is text and
/// `1e-3` a number.</summary>
internal sealed partial class SourceNode
{
    public required NodeKind Kind { get; init; }
    public string File { get; init; } = "";

    /// <summary>From 1; 0 when the value came from the command line.</summary>
    public int Line { get; init; }
    public int Column { get; init; }

    /// <summary>Of a scalar, as written but without quotes.</summary>
    public string Text { get; init; } = "";
    public bool Quoted { get; init; }
    public bool Flag { get; init; }
    public long Int { get; init; }
    public double Number { get; init; }
    public List<SourceNode> Items { get; init; } = [];
    public List<KeyValuePair<SourceNode, SourceNode>> Entries { get; init; } = [];

    /// <summary>Nodes in this one, itself counted, with aliases written out.</summary>
    public long Size { get; init; } = 1;

    public string Describe() => Kind switch
    {
        NodeKind.Null => "nothing",
        NodeKind.Text when Quoted => $"the text \"{Text}\"",
        NodeKind.Text => $"the text '{Text}'",
        NodeKind.List => Items.Count == 0 ? "an empty list" : "a list",
        NodeKind.Map => "a map",
        _ => Text,
    };

    public static bool LooksLikeNumber(string text) => IntPattern().IsMatch(text) || NumberPattern().IsMatch(text);

    /// <summary>Gives a scalar its type.</summary>
    public static SourceNode Scalar(string text, bool quoted, string file, int line, int column)
    {
        var kind = NodeKind.Text;
        long whole = 0;
        double number = 0;
        if (!quoted)
        {
            if (text is "" or "~" or "null")
            {
                kind = NodeKind.Null;
            }
            else if (text is "true" or "false")
            {
                kind = NodeKind.Bool;
            }
            else if (IntPattern().IsMatch(text)
                && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole))
            {
                kind = NodeKind.Int;
            }
            else if (NumberPattern().IsMatch(text))
            {
                kind = NodeKind.Number;
                number = text.EndsWith("inf", StringComparison.Ordinal) || text.EndsWith("nan", StringComparison.Ordinal)
                    ? double.NaN
                    : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            }
        }

        return new SourceNode
        {
            Kind = kind, Text = text, Quoted = quoted, Int = whole, Number = number, Flag = text == "true", File = file,
            Line = line, Column = column,
        };
    }

    public static SourceNode FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => new SourceNode { Kind = NodeKind.List, Items = element.EnumerateArray().Select(FromJson)
            .ToList() },
        JsonValueKind.String => Scalar(element.GetString()!, quoted: true, "", 0, 0),
        JsonValueKind.Object => new SourceNode
        {
            Kind = NodeKind.Map,
            Entries = element.EnumerateObject()
                .Select(property => KeyValuePair.Create(Scalar(property.Name, quoted: true, "", 0, 0), FromJson(property.Value)))
                .ToList(),
        },
        _ => Scalar(element.GetRawText(), quoted: false, "", 0, 0),
    };

    [GeneratedRegex("^[-+]?[0-9]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IntPattern();

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan)$", RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex NumberPattern();
}
