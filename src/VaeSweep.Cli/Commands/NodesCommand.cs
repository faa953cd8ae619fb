using System.CommandLine;
using System.Text.Json;
using VaeSweep.Cluster;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep nodes`: who works on this store.</summary>
internal static class NodesCommand
{
    public static void Add(Command root, CliHost host)
    {
        var format = CommonOptions.Format();
        var command = new Command("nodes", "The processes that work on this store.") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var nodes = await store.ListNodesAsync(cancellationToken);
            var chosen = parsed.GetValue(format);
            if (nodes.Count == 0 && chosen == OutputFormat.Text)
            {
                host.Say("no node has worked on this store yet: `vaesweep worker` joins as one.");
                return ExitCodes.Done;
            }

            var now = host.Time.GetUtcNow();
            Column[] columns =
            [
                new("node"), new("host"), new("devices"), new("alive"), new("running_trials", "running", Number: true),
                new("load", Number: true, Optional: 4), new("started_at", "started", Optional: 2), new("seen_at", "seen", Optional: 1), new("software", Optional: 3), new("note", Optional: 5),
            ];
            var rows = nodes.Select(n => (IReadOnlyList<Cell>)
            [
                n.Info.Node, n.Info.Host, new(n.Info.Devices, string.Join(" ", n.Info.Devices)),
                new(n.Alive, n.Leads ? "leads" : n.Alive ? "yes" : "no", Tone: n.Alive ? Tone.Good : Tone.Faint), n.RunningTrials, LoadOf(n.Info),
                new(n.StartedAt, Wording.Ago(n.StartedAt, now)), new(n.SeenAt, Wording.Ago(n.SeenAt, now)), SoftwareStack.Of(n.Info.Provenance) ?? $"vaesweep {n.Info.Version}", n.Info.Note,
            ]);
            host.Out.Write(new Table(columns, [.. rows]).Render(chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    /// <summary>Processes that run or wait to, for each core.</summary>
    private static Cell LoadOf(NodeInfo node)
    {
        using var load = JsonDocument.Parse(node.Load ?? "{}");
        return load.RootElement.TryGetProperty("load1", out var running) && load.RootElement.TryGetProperty("cores", out var cores)
            ? new Cell(running.GetDouble() / cores.GetDouble(), FormattableString.Invariant($"{running.GetDouble() / cores.GetDouble():F2}"))
            : new Cell(null, "");
    }
}
