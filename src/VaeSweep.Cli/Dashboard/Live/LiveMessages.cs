using System.Net;
using System.Text.Json;
using VaeSweep.Results;

namespace VaeSweep.Cli.Dashboard;

/// <summary>How the dashboard stands with the store.</summary>
/// <param name="Mode">live, reading or away.</param>
/// <param name="Says">What a person should know of it; null of nothing.</param>
internal sealed record Standing(string Mode, string? Says);

/// <summary>What the page hears: the whole of its first view, and what has changed of it.</summary>
internal sealed class LiveMessages(HomeBook home, IStoreSource source, EventStreams streams, TimeProvider time)
{
    /// <summary>The whole, into an object.</summary>
    /// <param name="epoch">Of this start of the dashboard.</param>
    /// <param name="number">Of the last change that it holds.</param>
    public void WriteWhole(Utf8JsonWriter json, Standing standing, string epoch, long number)
    {
        json.WriteString("mode", standing.Mode);
        json.WriteString("says", standing.Says);
        json.WriteString("epoch", epoch);
        json.WriteNumber("seq", number);
        json.WriteString("at", time.GetUtcNow());
        WriteSweeps(json, home.Sweeps);
        json.WritePropertyName("nodes");
        json.WriteRawValue(home.Nodes, skipInputValidation: true);
        WriteHead(json, standing);
    }

    /// <summary>An object that tells of a change.</summary>
    public byte[] Change(HomeChange change, Standing standing, long number)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", "change");
            json.WriteNumber("seq", number);
            json.WriteString("at", time.GetUtcNow());
            WriteSweeps(json, change.Sweeps);
            json.WriteStartArray("gone");
            foreach (var key in change.Gone)
                json.WriteStringValue(Ids.Of(key));
            json.WriteEndArray();
            json.WritePropertyName("nodes");
            if (change.Nodes)
                json.WriteRawValue(home.Nodes, skipInputValidation: true);
            else
                json.WriteNullValue();
            WriteHead(json, standing);
            json.WriteString("mode", standing.Mode);
            json.WriteString("says", standing.Says);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteSweeps(Utf8JsonWriter json, IEnumerable<HomeSweep> sweeps)
    {
        json.WriteStartArray("sweeps");
        foreach (var sweep in sweeps)
            json.WriteRawValue(sweep.Json, skipInputValidation: true);
        json.WriteEndArray();
    }

    private void WriteHead(Utf8JsonWriter json, Standing standing)
    {
        json.WritePropertyName("head");
        if (standing.Mode != "live")
        {
            json.WriteNullValue();
            return;
        }

        // From another machine, or for another process, this one would tell of itself.
        var isHere = source.IsOwn || (IPEndPoint.TryParse(source.Head ?? "", out var head) && IPAddress.IsLoopback(head.Address));
        json.WriteStartObject();
        json.WriteString("address", source.Head);
        json.WritePropertyName("load");
        JsonRenderer.WriteValue(json, isHere ? MachineFacts.Load() : null);
        json.WritePropertyName("cores");
        JsonRenderer.WriteValue(json, isHere ? Environment.ProcessorCount : null);
        json.WritePropertyName("memory");
        JsonRenderer.WriteValue(json, source.IsOwn ? Environment.WorkingSet : null);
        json.WriteNumber("watchers", streams.Count);
        json.WriteEndObject();
    }
}
