using System.CommandLine;
using System.Text.Json;
using VaeSweep.Cluster;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

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

            var headed = Contact.HasHead(store);
            var now = host.Time.GetUtcNow();
            var trains = await TrainedOnAsync(store, cancellationToken);
            Column[] columns =
            [
                new("node"), new("host"), new("devices"), new("alive"), new("link", Optional: 6),
                new("running_trials", "running", Number: true),
                new("trains", Optional: 1), new("load", Number: true, Optional: 5), new("started_at", "started", Optional: 3),
                new("seen_at", "heard", Optional: 2), new("software", Optional: 4), new("note", Optional: 7),
            ];
            var rows = nodes.Select(n => (IReadOnlyList<Cell>)
            [
                n.Info.Node, n.Info.Host, new(n.Info.Devices, string.Join(" ", n.Info.Devices)),
                new(n.Alive && headed, n.Alive && headed ? "yes" : headed ? "no" : "no head", Tone: n.Alive && headed
                    ? Tone.Good : Tone.Faint),
                n.Info.Link is { } link ? $"{Wording.Name(link)}{(n.Info.Address is { } address ? $" {address}" : "")}" : "",
                n.RunningTrials,
                string.Join(", ", trains[n.Info.Node]), LoadOf(n.Info), new(n.StartedAt, Wording.Ago(n.StartedAt, now)),
                new(n.SeenAt, Wording.Ago(n.SeenAt, now)), SoftwareStack.Of(n.Info.Provenance)
                    ?? $"vaesweep {n.Info.Version}", n.Info.Note,
            ]);
            host.Out.Write(new Table(columns, [.. rows]).Render(chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    /// <summary>What each node's devices train now: "cpu:0 2edc7fa0b02e".</summary>
    private static async Task<ILookup<string, string>> TrainedOnAsync(IStore store, CancellationToken cancellationToken)
    {
        var running = await store.Results.TrialsAsync(
            new TrialFilter { State = TrialState.Running }, TrialParts.Worker, cancellationToken).ToListAsync(cancellationToken);
        return running.Where(trial => trial.Worker is not null).OrderBy(trial => trial.Device, StringComparer.Ordinal).ToLookup(
            trial => trial.Worker![..Math.Max(0, trial.Worker!.LastIndexOf('/'))], trial => $"{trial.Device} {trial.Id}",
            StringComparer.Ordinal);
    }

    /// <summary>Processes that run or wait to, for each core.</summary>
    private static Cell LoadOf(NodeInfo node)
    {
        using var load = JsonDocument.Parse(node.Load ?? "{}");
        return load.RootElement.TryGetProperty("load1", out var running)
            && load.RootElement.TryGetProperty("cores", out var cores)
            ? new Cell(running.GetDouble() / cores.GetDouble(),
                FormattableString.Invariant($"{running.GetDouble() / cores.GetDouble():F2}"))
            : new Cell(null, "");
    }
}
