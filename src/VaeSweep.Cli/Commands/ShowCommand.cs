using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep show`: everything about one trial.</summary>
internal static class ShowCommand
{
    private const int LastEpochs = 10;

    private static readonly IReadOnlyList<RecordField<AttemptRecord>> _attempt =
        RecordFields.Attempts.Pick("attempt", "worker", "device", "started_at", "ended_at", "from_epoch", "to_epoch", "outcome",
            "reason");

    private static readonly IReadOnlyList<RecordField<EvaluationRecord>> _evaluation =
        RecordFields.Evaluations.Pick("metric", "value", "samples", "images");

    private static readonly IReadOnlyList<RecordField<(TrialCurve Curve, int At)>> _epoch = RecordFields.Epochs.Pick(
        "epoch", "train_elbo", "train_recon", "train_kl", "valid_elbo", "test_elbo", "beta", "active_units", "grad_norm",
        "seconds");

    private static readonly IReadOnlyList<RecordField<EventRecord>> _event = RecordFields.Events.Pick("epoch", "event", "detail");

    public static void Add(Command root, CliHost host)
    {
        var trial = new Argument<string>("TRIAL") { Description = "the start of a trial's id" };
        var sweep = new Option<string?>("--sweep") { Description = "of this sweep only", HelpName = "name" };
        var format = CommonOptions.Format();
        var command = new Command("show",
            "Everything about one trial: configuration, attempts, last epochs, evaluations.") { trial, sweep, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindTrialAsync(
                store, parsed.GetRequiredValue(trial), parsed.GetValue(sweep), cancellationToken);
            var (results, which) = (store.Results, TrialFilter.One(found.Sweep, found.Id));
            var attempts = Rows(_attempt, await results.AttemptsAsync(which, cancellationToken).ToListAsync(cancellationToken));
            var evaluations = Rows(_evaluation, await results.EvaluationsAsync(which, null, cancellationToken)
                .ToListAsync(cancellationToken));
            var curves = await results.CurvesAsync(which, RecordFields.WholeCurves, cancellationToken)
                .ToListAsync(cancellationToken);
            var epochs = Rows(_epoch, curves.SelectMany(curve => curve.Rows()));
            var events = Rows(_event, await results.EventsAsync(which, cancellationToken).ToListAsync(cancellationToken));
            var lineage = await LineageAsync(results, found, cancellationToken);
            host.Out.Write(parsed.GetValue(format) switch
            {
                OutputFormat.Json => Json(found, lineage, attempts, evaluations, epochs, events),
                OutputFormat.Csv => epochs.Render(OutputFormat.Csv, Terminal.Plain),
                _ => Text(found, lineage, attempts, evaluations, epochs, events, host),
            });
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    /// <summary>The trials that one goes on from as a copy, the first of them first.</summary>
    private static async Task<IReadOnlyList<string>> LineageAsync(
        IResults results, TrialStatus trial, CancellationToken cancellationToken)
    {
        var line = new List<string>();
        for (var id = trial.Id; id is not null && !line.Contains(id);)
        {
            line.Insert(0, id);
            var which = TrialFilter.One(trial.Sweep, id);
            id = (await results.TrialsAsync(which, TrialParts.Progress, cancellationToken).FirstOrDefaultAsync(cancellationToken))
                ?.Parent;
        }

        return line[..^1];
    }

    private static Table Rows<T>(IReadOnlyList<RecordField<T>> fields, IEnumerable<T> records)
    {
        List<object?[]> rows = [.. records.Select(record => fields.Select(f => f.Of(record)).ToArray())];
        var columns = fields.Select((field, i) =>
            new Column(field.Name, Number: rows.TrueForAll(r => r[i] is null or long or double)));
        return new Table([.. columns], [.. rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(Short)])]);
    }

    private static Cell Short(object? value) => value is double number
        ? new Cell(number, number.ToString("g6", CultureInfo.InvariantCulture)) : Cell.Of(value);

    private static string Text(
        TrialStatus trial, IReadOnlyList<string> lineage, Table attempts, Table evaluations, Table epochs, Table events,
        CliHost host)
    {
        var lines = new List<string>
        {
            $"trial {trial.Id} of {trial.Sweep}: {Wording.Name(trial.State)}"
                + $"{(trial.Wanted ? "" : " (no longer wanted by the sweep file)")}, "
            + $"epoch {trial.EpochsDone} of {trial.Epochs}, {Wording.Count(trial.Attempts, "attempt")}",
        };
        Add("reason", trial.Reason is null
            ? null : $"{(trial.FailureClass is { } c ? $"{Wording.Name(c)}: " : "")}{trial.Reason}");
        Add("taken over from", trial.Source is { IsImported: false } from ? from.Name : null);
        Add("imported from", trial.Source is { IsImported: true } file ? file.Name : null);
        Add("goes on from", string.Join(" > ", lineage));
        Add("tags", string.Join(", ", trial.Tags));
        Add("note", trial.Note);
        Add("worker", trial.Worker);
        Add("checkpoint", trial.CheckpointPath);
        Add("model", trial.ModelPath);
        lines.Add("configuration:");
        using var config = JsonDocument.Parse(trial.ConfigJson);
        var width = config.RootElement.EnumerateObject().Max(p => p.Name.Length);
        lines.AddRange(config.RootElement.EnumerateObject()
            .Select(p => $"  {p.Name.PadRight(width)}  {new SettingValue(p.Value.GetRawText()).Text}"));
        var text = string.Join('\n', lines) + "\n";
        foreach (var (title, table) in new[] { ("attempts", attempts), ("events", events), ("evaluations", evaluations) })
        {
            if (table.Rows.Count > 0)
                text += $"\n{title}:\n{table.Render(OutputFormat.Text, host.OutTerminal)}";
        }

        if (epochs.Rows.Count > 0)
        {
            var last = epochs with { Rows = [.. epochs.Rows.TakeLast(LastEpochs)] };
            text += $"\n{(epochs.Rows.Count > LastEpochs ? $"last {LastEpochs} of {epochs.Rows.Count} epochs" : "epochs")}:\n"
                + $"{last.Render(OutputFormat.Text, host.OutTerminal)}";
        }

        return text;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                lines.Add($"{name}: {value}");
        }
    }

    private static string Json(
        TrialStatus trial, IReadOnlyList<string> lineage, Table attempts, Table evaluations, Table epochs, Table events) =>
        JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("sweep", trial.Sweep);
        json.WriteString("trial", trial.Id);
        json.WriteStartArray("lineage");
        foreach (var id in lineage)
            json.WriteStringValue(id);

        json.WriteEndArray();
        json.WriteString("fingerprint", trial.Fingerprint);
        json.WriteNumber("seed", trial.Seed);
        json.WriteString("state", Wording.Name(trial.State));
        json.WriteBoolean("wanted", trial.Wanted);
        json.WriteNumber("epochs_done", trial.EpochsDone);
        json.WriteNumber("epochs", trial.Epochs);
        json.WriteString("failure_class", trial.FailureClass is { } c ? Wording.Name(c) : null);
        json.WriteString("reason", trial.Reason);
        json.WriteString("worker", trial.Worker);
        json.WriteString("checkpoint", trial.CheckpointPath);
        json.WriteString("model", trial.ModelPath);
        json.WriteString("taken_from", trial.Source is { IsImported: false } from ? from.Name : null);
        json.WriteString("imported", trial.Source is { IsImported: true } file ? file.Name : null);
        json.WriteStartArray("tags");
        foreach (var tag in trial.Tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteString("note", trial.Note);
        json.WritePropertyName("config");
        json.WriteRawValue(trial.ConfigJson);
        foreach (var (name, table) in
            new[] { ("attempts", attempts), ("evaluations", evaluations), ("epochs", epochs), ("events", events) })
        {
            json.WritePropertyName(name);
            json.WriteRawValue(table.Render(OutputFormat.Json, Terminal.Plain));
        }

        json.WriteEndObject();
    });
}
