using System.CommandLine;
using VaeSweep.Results;

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
                new("started_at", "started", Optional: 2), new("seen_at", "seen", Optional: 1), new("version", Optional: 3),
            ];
            var rows = nodes.Select(n => (IReadOnlyList<Cell>)
            [
                n.Info.Node, n.Info.Host, new(n.Info.Devices, string.Join(" ", n.Info.Devices)),
                new(n.Alive, n.Alive ? "yes" : "no", Tone: n.Alive ? Tone.Good : Tone.Faint), n.RunningTrials,
                new(n.StartedAt, Wording.Ago(n.StartedAt, now)), new(n.SeenAt, Wording.Ago(n.SeenAt, now)), n.Info.Version,
            ]);
            host.Out.Write(new Table(columns, [.. rows]).Render(chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
