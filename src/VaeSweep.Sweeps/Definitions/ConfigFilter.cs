using System.Text.Json;

namespace VaeSweep.Sweeps;

/// <summary>Values that some paths must have.</summary>
public sealed record ConfigFilter(IReadOnlyDictionary<string, ConfigValue> Values)
{
    /// <summary>Whether a canonical configuration has all of them. A path that it does not have does not match.</summary>
    public bool Matches(string configJson)
    {
        using var config = JsonDocument.Parse(configJson);
        return Values.All(wanted =>
            config.RootElement.TryGetProperty(wanted.Key, out var value) && value.GetRawText() == wanted.Value.Json);
    }

    public override string ToString() => string.Join(", ", Values.Select(pair => $"{pair.Key}={pair.Value}"));
}
