using System.Text.Json;

namespace VaeSweep.Torch.Tests;

/// <summary>Numbers that PyTorch gave; golden.py beside the file makes them.</summary>
internal static class GoldenFile
{
    private static readonly Lazy<JsonDocument> _document =
        new(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json"))));

    internal static JsonElement Case(string name) => _document.Value.RootElement.GetProperty(name);

    internal static double[] Numbers(JsonElement tensor) =>
        [.. tensor.GetProperty("data").EnumerateArray().Select(n => n.GetDouble())];

    internal static Tensor Tensor(JsonElement tensor) =>
        torch.tensor(Numbers(tensor), [.. tensor.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())]);

    internal static Dictionary<string, Tensor> Inputs(JsonElement golden, ScalarType type) =>
        golden.GetProperty("inputs").EnumerateObject()
            .ToDictionary(p => p.Name, p => Tensor(p.Value).to(type), StringComparer.Ordinal);
}
