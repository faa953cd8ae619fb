using System.Globalization;
using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>One value of a configuration, as JSON and as a person reads it; ordered numbers first, by size, then as they
/// came.</summary>
public sealed class SettingValue
{
    private readonly int _order;

    /// <param name="json">A JSON value: 5, true, "softplus", [200,200].</param>
    /// <param name="order">Place among the values of its path, for those that are neither numbers nor lists of numbers.</param>
    public SettingValue(string json, int order = 0)
    {
        Json = json;
        _order = order;
        Text = json.StartsWith("[{", StringComparison.Ordinal) ? Schedule(json) : json.StartsWith('"')
            ? JsonSerializer.Deserialize<string>(json)! : json.Replace(",", ", ", StringComparison.Ordinal);
        if (double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            Number = number;
    }

    public string Json { get; }

    /// <summary>As in a sweep file, without quotes; the phases of a schedule in words.</summary>
    public string Text { get; }

    /// <summary>NaN when it is not a number.</summary>
    public double Number { get; } = double.NaN;

    /// <summary>Orders values for display; an absent one comes first.</summary>
    public static int Compare(SettingValue? a, SettingValue? b) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        _ => (double.IsNaN(a.Number), double.IsNaN(b.Number)) switch
        {
            (false, false) => a.Number.CompareTo(b.Number),
            (false, true) => -1,
            (true, false) => 1,
            _ => CompareLists(a, b),
        },
    };

    public override string ToString() => Text;

    // "3 epochs with beta 1.2; 6 epochs with beta 1.2, lr 0.002".
    private static string Schedule(string json)
    {
        using var phases = JsonDocument.Parse(json);
        return string.Join("; ", phases.RootElement.EnumerateArray().Select(phase =>
        {
            var settings = phase.EnumerateObject().Where(one => one.Name != "train.epochs")
                .Select(one => $"{one.Name[(one.Name.LastIndexOf('.') + 1)..]} {one.Value}").ToList();
            return $"{(phase.TryGetProperty("train.epochs", out var epochs) ? epochs.ToString() : "?")} epochs"
                + (settings.Count == 0 ? "" : $" with {string.Join(", ", settings)}");
        }));
    }

    // [5] comes before [10], and [64, 32] before [64, 32, 16].
    private static int CompareLists(SettingValue a, SettingValue b)
    {
        if (!a.Text.StartsWith('[') || !b.Text.StartsWith('['))
            return a._order.CompareTo(b._order);

        var (left, right) = (a.Text.Trim('[', ']').Split(','), b.Text.Trim('[', ']').Split(','));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = double.TryParse(left[i], CultureInfo.InvariantCulture, out var x)
                && double.TryParse(right[i], CultureInfo.InvariantCulture, out var y)
                ? x.CompareTo(y)
                : string.CompareOrdinal(left[i], right[i]);
            if (order != 0)
                return order;
        }

        return left.Length.CompareTo(right.Length);
    }
}
