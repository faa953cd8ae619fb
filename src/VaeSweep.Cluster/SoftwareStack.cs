using System.Text.Json;

namespace VaeSweep.Cluster;

/// <summary>The software that numbers depend on, as a trainer tells it.</summary>
public static class SoftwareStack
{
    /// <param name="provenance">A trainer's, one line of JSON.</param>
    /// <returns>"vaesweep 0.1.0, libtorch 1.13.1"; null when it tells neither.</returns>
    public static string? Of(string? provenance)
    {
        if (string.IsNullOrEmpty(provenance))
        {
            return null;
        }

        using var json = JsonDocument.Parse(provenance);
        // A commit after the version's + is one and the same release.
        var vaesweep = Text(json, "vaesweep")?.Split('+')[0];
        var libtorch = Text(json, "libtorch");
        var parts = new[] { vaesweep is null ? null : $"vaesweep {vaesweep}", libtorch is null ? null : $"libtorch {libtorch}" }.OfType<string>().ToList();
        return parts.Count > 0 ? string.Join(", ", parts) : null;
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
