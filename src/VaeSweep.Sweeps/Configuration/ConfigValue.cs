using System.Globalization;
using System.Text;

namespace VaeSweep.Sweeps;

/// <summary>A value of a configuration path in its one canonical form: two values are equal exactly when their JSON is.</summary>
public sealed class ConfigValue : IEquatable<ConfigValue>
{
    private readonly object? _value;

    private ConfigValue(object? value, string json)
    {
        _value = value;
        Json = json;
    }

    public static ConfigValue Null { get; } = new(null, "null");
    public static ConfigValue True { get; } = new(true, "true");
    public static ConfigValue False { get; } = new(false, "false");

    /// <summary>Canonical JSON: shortest round-trip numbers (1 for 1.0), no blanks, ASCII only.</summary>
    public string Json { get; }

    public bool IsNull => _value is null;

    public static ConfigValue Of(bool value) => value ? True : False;

    public static ConfigValue Of(long value) => new(value, value.ToString(CultureInfo.InvariantCulture));

    public static ConfigValue Of(long? value) => value is { } number ? Of(number) : Null;

    public static ConfigValue Of(double value) => new(value, Shortest(value));

    public static ConfigValue Of(string value) => new(value, Quote(value));

    public static ConfigValue Of(IReadOnlyList<ConfigValue> items) =>
        new(items, "[" + string.Join(',', items.Select(item => item.Json)) + "]");

    /// <summary>A map; its keys are put in ordinal order.</summary>
    public static ConfigValue Of(IEnumerable<KeyValuePair<string, ConfigValue>> entries)
    {
        KeyValuePair<string, ConfigValue>[] ordered = [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
        return new(ordered, "{" + string.Join(',', ordered.Select(entry => $"{Quote(entry.Key)}:{entry.Value.Json}")) + "}");
    }

    public static ConfigValue Of(IEnumerable<int> items) => Of(items.Select(item => Of((long)item)).ToArray());

    public bool AsBool() => (bool)_value!;

    public long AsInt() => _value is double number ? (long)number : (long)_value!;

    public int? AsCount() => _value is null ? null : checked((int)AsInt());

    public double AsNumber() => _value is long whole ? whole : (double)_value!;

    public string AsText() => (string)_value!;

    public IReadOnlyList<ConfigValue> AsList() => (IReadOnlyList<ConfigValue>)_value!;

    public IReadOnlyList<KeyValuePair<string, ConfigValue>> AsMap() => (IReadOnlyList<KeyValuePair<string, ConfigValue>>)_value!;

    public IReadOnlyList<int> AsInts() => AsList().Select(item => checked((int)item.AsInt())).ToArray();

    /// <summary>As a person would write it in a sweep file: names without quotes.</summary>
    public override string ToString() => _value switch
    {
        string text => text,
        IReadOnlyList<ConfigValue> items => "[" + string.Join(", ", items) + "]",
        IReadOnlyList<KeyValuePair<string, ConfigValue>> entries => "{ "
            + string.Join(", ", entries.Select(entry => $"{entry.Key}: {entry.Value}")) + " }",
        _ => Json,
    };

    public bool Equals(ConfigValue? other) => other is not null && string.Equals(Json, other.Json, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as ConfigValue);

    public override int GetHashCode() => Json.GetHashCode(StringComparison.Ordinal);

    internal static string Shortest(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A configuration holds finite numbers only.");

        // 1.0, 1 and -0.0 must not become different trials.
        return value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
    }

    private static string Quote(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c is < ' ' or > '~' or '"' or '\\'
                ? json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)) : json.Append(c);
        }

        return json.Append('"').ToString();
    }
}
