using System.Globalization;
using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>One value of a configuration, as JSON and as a person reads it; ordered numbers first, by size, then text.</summary>
public sealed class ConfigValue
{
    /// <param name="json">A JSON value: 5, true, "softplus", [200,200].</param>
    public ConfigValue(string json)
    {
        Json = json;
        Text = json.StartsWith('"') ? JsonSerializer.Deserialize<string>(json)! : json.Replace(",", ", ", StringComparison.Ordinal);
        if (double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            Number = number;
        }
    }

    public string Json { get; }

    /// <summary>As in a sweep file, without quotes.</summary>
    public string Text { get; }

    /// <summary>NaN when it is not a number.</summary>
    public double Number { get; } = double.NaN;

    /// <summary>Whether a person who wrote <paramref name="text"/> meant this value: 1e-3 is 0.001, and [50] is 50.</summary>
    public bool Means(string text)
    {
        text = text.Trim();
        if (string.Equals(Compact(Text), Compact(text), StringComparison.Ordinal))
        {
            return true;
        }

        return !double.IsNaN(Number) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number.Equals(Number);
    }

    /// <summary>Orders values for display; an absent one comes first.</summary>
    public static int Compare(ConfigValue? a, ConfigValue? b) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        _ => (double.IsNaN(a.Number), double.IsNaN(b.Number)) switch
        {
            (false, false) => a.Number.CompareTo(b.Number),
            (false, true) => -1,
            (true, false) => 1,
            _ => CompareLists(a.Text, b.Text),
        },
    };

    public override string ToString() => Text;

    private static string Compact(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    // [64, 32] comes before [64, 32, 16], and [5] before [10]: length first would part families, letters would put 10 before 5.
    private static int CompareLists(string a, string b)
    {
        if (!a.StartsWith('[') || !b.StartsWith('['))
        {
            return string.CompareOrdinal(a, b);
        }

        var (left, right) = (a.Trim('[', ']').Split(','), b.Trim('[', ']').Split(','));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = double.TryParse(left[i], CultureInfo.InvariantCulture, out var x) && double.TryParse(right[i], CultureInfo.InvariantCulture, out var y)
                ? x.CompareTo(y)
                : string.CompareOrdinal(left[i], right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }
}
