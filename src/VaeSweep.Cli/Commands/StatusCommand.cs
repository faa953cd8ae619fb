using System.CommandLine;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep status`: how far one sweep is, what runs, what failed and why.</summary>
internal static class StatusCommand
{
    private const int ShownFailures = 20;
    private const int ShownAlarms = 20;

    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var format = CommonOptions.Format();
        var command = new Command("status", "How far a sweep is, what runs now, what failed and why.") { sweep, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var progress = (await SweepSnapshot.ReadAsync(
                store, found.Name, cancellationToken, await Contact.ReadAsync(store, host.Time, cancellationToken)))!;
            var failures = await FailureList.ReadAsync(store, found.Name, ShownFailures, cancellationToken);
            var alarms = await AlarmList.ReadAsync(store, found.Name, cancellationToken);
            var room = await CheckpointRoom.DescribeAsync(store, cancellationToken);
            host.Out.Write(parsed.GetValue(format) switch
            {
                OutputFormat.Json => Json(progress, failures, alarms, room),
                OutputFormat.Csv => Trials(progress).Render(OutputFormat.Csv, Terminal.Plain),
                _ => Text(progress, failures, alarms, room, host),
            });
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static string Text(SweepSnapshot progress, IReadOnlyList<FailedTrial> failures, IReadOnlyList<RaisedAlarm> alarms,
        string? room, CliHost host)
    {
        var sweep = progress.Sweep;
        var counts = string.Join(", ", sweep.Trials.Where(s => s.Value > 0).OrderBy(s => s.Key)
            .Select(s => $"{s.Value.ToString("N0", CultureInfo.InvariantCulture)} {Stands(s.Key, progress)}"));
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{sweep.Name} ({Wording.Stands(sweep, progress.Lost)}): {Wording.Count(sweep.Total, "trial")}: {counts}\n"
                + $"{sweep.EpochsDone:N0} of {Wording.Count(sweep.EpochsTotal, "epoch")} ({progress.Fraction:P0})\n");
        if (sweep.Reason is { } reason)
            text += $"{Wording.Name(sweep.State)} because {reason}\n";

        if (room is not null)
            text += $"checkpoints take {room}\n";

        if (progress.Running.Count > 0)
            text += "\n" + Trials(progress).Render(OutputFormat.Text, host.OutTerminal);

        if (failures.Count > 0)
        {
            text += "\n" + FailureList.Table(failures, sweep.Count(TrialState.Failed))
                .Render(OutputFormat.Text, host.OutTerminal);
        }

        if (alarms.Count > 0)
        {
            text += "\n" + AlarmList.Table([.. alarms.Take(ShownAlarms)], alarms.Count)
                .Render(OutputFormat.Text, host.OutTerminal);
        }

        return text;
    }

    private static string Stands(TrialState state, SweepSnapshot progress) => (state, progress.Lost) switch
    {
        (TrialState.Running, > 0) when progress.Lost == progress.Sweep.Count(state) =>
            $"running, but lost contact {Wording.Duration(progress.LostSince)} ago",
        (TrialState.Running, > 0) =>
            FormattableString.Invariant($"running ({progress.Lost:N0} lost contact {Wording.Duration(progress.LostSince)} ago)"),
        _ => Wording.Name(state),
    };

    private static Table Trials(SweepSnapshot progress)
    {
        Column[] columns = [new("trial"), new("device"), new("worker", Optional: 1), new("epoch", Number: true),
            new("epochs", "of", Number: true), new("bound", Number: true), .. progress.Lost > 0
                ? [new("lost_contact", "lost contact", Number: true)] : Array.Empty<Column>()];
        var rows = progress.Running.Select(t => (IReadOnlyList<Cell>)
        [
            t.Trial, t.Device, t.Worker, t.Epoch, t.Epochs,
            new(t.Bound, double.IsNaN(t.Bound) ? "" : t.Bound.ToString("F2", CultureInfo.InvariantCulture)),
            .. progress.Lost > 0
                ? [new Cell(t.Lost?.TotalSeconds, t.Lost is { } lost ? $"{Wording.Duration(lost)} ago" : "", Tone: Tone.Bad)]
                : Array.Empty<Cell>(),
        ]);
        return new Table(columns, [.. rows]);
    }

    private static string Json(SweepSnapshot progress, IReadOnlyList<FailedTrial> failures, IReadOnlyList<RaisedAlarm> alarms,
        string? room)
    {
        var sweep = progress.Sweep;
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("sweep", sweep.Name);
            json.WriteString("state", Wording.Name(sweep.State));
            json.WriteString("stands", Wording.Stands(sweep, progress.Lost));
            json.WriteNumber("lost_contact", progress.Lost);
            json.WriteString("reason", sweep.Reason);
            json.WriteString("created_at", sweep.CreatedAt);
            json.WriteNumber("trials", sweep.Total);
            json.WriteStartObject("states");
            foreach (var state in Enum.GetValues<TrialState>())
                json.WriteNumber(Wording.Name(state), sweep.Count(state));

            json.WriteEndObject();
            json.WriteNumber("epochs_done", sweep.EpochsDone);
            json.WriteNumber("epochs_total", sweep.EpochsTotal);
            json.WriteString("checkpoints", room);
            json.WritePropertyName("running");
            json.WriteRawValue(Trials(progress).Render(OutputFormat.Json, Terminal.Plain));
            json.WritePropertyName("alarms");
            json.WriteRawValue(AlarmList.Table(alarms, alarms.Count).Render(OutputFormat.Json, Terminal.Plain));
            json.WritePropertyName("failures");
            json.WriteRawValue(FailureList.Table(failures, failures.Count).Render(OutputFormat.Json, Terminal.Plain));
            json.WriteEndObject();
        });
    }
}
