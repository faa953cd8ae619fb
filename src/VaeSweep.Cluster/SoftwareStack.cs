using System.Text.Json;

namespace VaeSweep.Cluster;

/// <summary>The software that numbers depend on, as a trainer tells it.</summary>
public static class SoftwareStack
{
    /// <param name="provenance">A trainer's, one line of JSON.</param>
    /// <returns>Its "stack", such as "numerics 1, libtorch 2.10.0"; null when it tells none.</returns>
    public static string? Of(string? provenance)
    {
        if (string.IsNullOrEmpty(provenance))
            return null;

        using var json = JsonDocument.Parse(provenance);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("stack", out var stack)
            && stack.ValueKind == JsonValueKind.String
            ? stack.GetString()
            : null;
    }
}
