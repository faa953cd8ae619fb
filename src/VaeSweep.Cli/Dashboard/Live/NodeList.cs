using System.Text.Json;
using VaeSweep.Cluster;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Who works on the store, as the page shows it.</summary>
internal static class NodeList
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<NodeStatus> nodes, RunningTrials running, bool isLive)
    {
        json.WriteStartArray();
        foreach (var node in nodes)
            Write(json, node, running, isLive);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, NodeStatus node, RunningTrials running, bool isLive)
    {
        var info = node.Info;
        json.WriteStartObject();
        json.WriteString("id", info.Node);
        json.WriteString("host", info.Host);
        json.WriteBoolean("alive", node.Alive && isLive);
        json.WriteString("words", node.Alive && isLive ? "yes" : isLive ? "no" : "no head");
        json.WriteString("link", info.Link is { } link
            ? $"{Wording.Name(link)}{(info.Address is { } address ? $" {address}" : "")}" : null);
        var (load, cores) = LoadOf(info);
        json.WritePropertyName("load");
        JsonRenderer.WriteValue(json, load);
        json.WritePropertyName("cores");
        JsonRenderer.WriteValue(json, cores);
        json.WriteString("startedAt", node.StartedAt);
        json.WriteString("seenAt", node.SeenAt);
        json.WriteString("software", SoftwareStack.Of(info.Provenance) ?? $"vaesweep {info.Version}");
        json.WriteString("note", info.Note);
        json.WriteNumber("running", node.RunningTrials);
        json.WriteStartArray("devices");
        foreach (var device in info.Devices)
        {
            json.WriteStartObject();
            json.WriteString("name", device);
            json.WriteStartArray("trials");
            foreach (var trial in running.ByWorker[$"{info.Node}/{device}"])
                trial.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Processes that run or wait to, for each core; and the cores.</summary>
    private static (double? Load, long? Cores) LoadOf(NodeInfo node)
    {
        using var json = JsonDocument.Parse(node.Load ?? "{}");
        var root = json.RootElement;
        return root.TryGetProperty("cores", out var cores)
            ? (root.TryGetProperty("load1", out var load) ? Math.Round(load.GetDouble() / cores.GetDouble(), 2) : null,
                cores.GetInt64())
            : (null, null);
    }
}
