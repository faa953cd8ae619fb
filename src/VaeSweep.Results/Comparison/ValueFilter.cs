using System.Globalization;

namespace VaeSweep.Results;

/// <summary>A condition on a setting, as people write it: a value, several of which one must hold (1|5|10), or a range, both ends
/// in it, of which either may be left out (0.001..0.1, 10..).</summary>
public sealed class ValueFilter
{
    private const char Or = '|';
    private const string To = "..";

    private readonly IReadOnlyList<string> _values;
    private readonly IReadOnlyList<(double Low, double High)> _ranges;
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    public ValueFilter(string written)
    {
        var parts = written.Split(Or, StringSplitOptions.TrimEntries);
        var ranges = parts.Select(part => (Part: part, Range: RangeOf(part))).ToList();
        _values = [.. ranges.Where(one => one.Range is null).Select(one => one.Part)];
        _ranges = [.. ranges.Select(one => one.Range).OfType<(double, double)>()];
    }

    /// <summary>Whether all that it lets through has one value.</summary>
    public bool IsSingle => _values.Count == 1 && _ranges.Count == 0;

    /// <param name="value">Null where a configuration has no such path.</param>
    public bool Holds(SettingValue? value)
    {
        var key = value?.Json ?? "";
        lock (_known)
        {
            if (!_known.TryGetValue(key, out var holds))
                _known.Add(key, holds = Decide(value));
            return holds;
        }
    }

    private bool Decide(SettingValue? value) => _values.Any(written => BaselineComparison.Means(value, written))
        || (value is not null && _ranges.Any(range => value.Number >= range.Low && value.Number <= range.High));

    private static (double Low, double High)? RangeOf(string part)
    {
        var place = part.IndexOf(To, StringComparison.Ordinal);
        if (place < 0 || part.Length == To.Length)
            return null;
        var (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
        return (place == 0 || Number(part[..place], out low))
            && (place + To.Length == part.Length || Number(part[(place + To.Length)..], out high)) ? (low, high) : null;
    }

    private static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
