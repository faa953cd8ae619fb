using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep list`: every sweep of the store.</summary>
internal static class ListCommand
{
    public static void Add(Command root, CliHost host)
    {
        var format = CommonOptions.Format();
        var tag = new Option<string[]>("--tag") { Description = "only sweeps with this tag; several: with all of them",
            HelpName = "tag" };
        var command = new Command("list", "Every sweep of the store, and how far it is.") { tag, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var all = await store.ListSweepsAsync(cancellationToken);
            var tags = parsed.GetValue(tag) ?? [];
            IReadOnlyList<SweepStatus> sweeps = [.. all.Where(one => tags.All(one.Tags.Contains))];
            var chosen = parsed.GetValue(format);
            if (sweeps.Count == 0 && all.Count > 0 && chosen == OutputFormat.Text)
            {
                host.Say($"no sweep of {store.Location} is tagged {string.Join(" and ", tags)}. Tags there: "
                    + $"{(all.Any(one => one.Tags.Count > 0) ? string.Join(", ", all.SelectMany(one => one.Tags)
                        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) : "none")}.");
                return ExitCodes.Done;
            }

            if (sweeps.Count == 0 && chosen == OutputFormat.Text)
            {
                host.Say($"{store.Location} has no sweeps yet: `vaesweep run SWEEP.yaml` or `vaesweep submit SWEEP.yaml` "
                    + "adds one.");
                return ExitCodes.Done;
            }

            var lost = await LostAsync(store, sweeps, host, cancellationToken);
            host.Out.Write(Render(sweeps, lost, host.Time.GetUtcNow()).Render(chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    /// <summary>Of each sweep, how many running trials are not in contact.</summary>
    private static async Task<ILookup<string, string>> LostAsync(
        IStore store, IReadOnlyList<SweepStatus> sweeps, CliHost host, CancellationToken cancellationToken)
    {
        if (sweeps.All(s => s.Count(TrialState.Running) == 0))
            return Array.Empty<string>().ToLookup(name => name, StringComparer.Ordinal);

        var contact = await Contact.ReadAsync(store, host.Time, cancellationToken);
        var running = await store.Results.TrialsAsync(
            new TrialFilter { State = TrialState.Running }, TrialParts.Worker, cancellationToken).ToListAsync(cancellationToken);
        return running.Where(t => contact.LostSince(t.Worker) is not null)
            .ToLookup(t => t.Sweep, t => t.Id, StringComparer.Ordinal);
    }

    private static Table Render(IReadOnlyList<SweepStatus> sweeps, ILookup<string, string> lost, DateTimeOffset now)
    {
        TrialState[] states = [TrialState.Succeeded, TrialState.Running, TrialState.Queued, TrialState.Paused, TrialState.Failed,
            TrialState.Stopped];
        Column[] columns =
        [
            new("sweep"), new("state"), new("trials", Number: true),
            .. states.Select(s =>
                new Column(Wording.Name(s), Number: true, Optional: s is TrialState.Paused or TrialState.Stopped ? 2 : 0)),
            new("epochs_done", "epochs", Number: true, Optional: 1), new("epochs_total", "of", Number: true, Optional: 1),
            new("created_at", "created", Optional: 3),
            .. sweeps.Any(one => one.Tags.Count > 0) ? (Column[])[new("tags")] : [],
            .. sweeps.Any(one => one.Note is not null) ? (Column[])[new("note", Optional: 1)] : [],
        ];
        var rows = sweeps.Select(s => (IReadOnlyList<Cell>)
        [
            s.Name, new Cell(Wording.Name(s.State), Wording.Stands(s, lost[s.Name].Count())), s.Total,
            .. states.Select(state => Count(s, state)), s.EpochsDone, s.EpochsTotal,
            new Cell(s.CreatedAt, Wording.Ago(s.CreatedAt, now), Tone: Tone.Faint),
            .. sweeps.Any(one => one.Tags.Count > 0)
                ? (Cell[])[new Cell(s.Tags, string.Join(", ", s.Tags))] : [],
            .. sweeps.Any(one => one.Note is not null) ? (Cell[])[s.Note] : [],
        ]);
        return new Table(columns, [.. rows]);
    }

    private static Cell Count(SweepStatus sweep, TrialState state)
    {
        var count = sweep.Count(state);
        return (Cell)count with { Tone = count == 0 ? Tone.Faint : Tones.Of(state) };
    }
}
