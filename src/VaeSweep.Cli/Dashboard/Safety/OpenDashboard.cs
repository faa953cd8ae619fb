using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace VaeSweep.Cli.Dashboard;

/// <summary>A dashboard that answers, as STORE.dashboard tells of it.</summary>
/// <param name="Address">Scheme, name and port, as browsers know it.</param>
/// <param name="Fingerprint">Of its certificate; null without TLS.</param>
/// <param name="Machine">Where its process is.</param>
internal sealed record OpenDashboard(string Address, string? Fingerprint, string Machine, int Pid, DateTime Began)
{
    /// <summary>A process that got the number of an ended one began later than this.</summary>
    private static readonly TimeSpan _same = TimeSpan.FromSeconds(2);

    /// <summary>One of this process.</summary>
    public static OpenDashboard Here(string address, string? fingerprint)
    {
        using var own = Process.GetCurrentProcess();
        return new OpenDashboard(address, fingerprint, Environment.MachineName, own.Id, own.StartTime.ToUniversalTime());
    }

    /// <summary>False only where its process is known to have ended.</summary>
    public bool Lives
    {
        get
        {
            if (Machine != Environment.MachineName)
                return true;
            try
            {
                using var process = Process.GetProcessById(Pid);
                return (process.StartTime.ToUniversalTime() - Began).Duration() < _same;
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
            {
                return false;
            }
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("address", Address);
        json.WriteString("fingerprint", Fingerprint);
        json.WriteString("machine", Machine);
        json.WriteNumber("pid", Pid);
        json.WriteString("began", Began);
        json.WriteEndObject();
    }

    /// <summary>Those of a list; what is none is left out.</summary>
    public static IReadOnlyList<OpenDashboard> ReadAll(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(Read).OfType<OpenDashboard>()] : [];

    private static OpenDashboard? Read(JsonElement json) => json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("address", out var address) && address.ValueKind == JsonValueKind.String
        && json.TryGetProperty("machine", out var machine) && machine.ValueKind == JsonValueKind.String
        && json.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var number)
        && json.TryGetProperty("began", out var began) && began.TryGetDateTime(out var instant)
        ? new OpenDashboard(
            address.GetString()!,
            json.TryGetProperty("fingerprint", out var print) && print.ValueKind == JsonValueKind.String
                ? print.GetString() : null,
            machine.GetString()!, number, instant.ToUniversalTime())
        : null;
}
