using System.Text.Json;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Files;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>One trial: its configuration and how that differs from the best, attempts, events, scores, curves, units,
/// log.</summary>
internal sealed class TrialView(Desk desk)
{
    private const int UsualPoints = 1000;

    private static readonly IReadOnlyList<RecordField<AttemptRecord>> _attempt = RecordFields.Attempts.Pick(
        "attempt", "worker", "device", "started_at", "ended_at", "from_epoch", "to_epoch", "outcome", "reason", "failure_class",
        "provenance");

    private static readonly IReadOnlyList<RecordField<EventRecord>> _event = RecordFields.Events.Pick("epoch", "event", "detail");

    private static readonly IReadOnlyList<RecordField<EvaluationRecord>> _evaluation =
        RecordFields.Evaluations.Pick("metric", "value", "samples", "images");

    public void AddTo(Router router)
    {
        const string trial = "/api/sweeps/{id}/trials/{trial}";
        router.Add("GET", trial, AnswerAsync, Keeping.UntilChange);
        router.Add("GET", $"{trial}/curves", CurvesAsync, Keeping.UntilChange);
        router.Add("GET", $"{trial}/units", UnitsAsync, Keeping.UntilChange);
        router.Add("GET", $"{trial}/log", LogAsync);
    }

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        return await desk.ReadAsync(
            async store =>
            {
                var found = await FindAsync(store, sweep, asked, cancellationToken);
                var which = TrialFilter.One(found.Sweep, found.Id);
                var record = await store.Results.TrialsAsync(which, TrialParts.Worker, cancellationToken)
                    .FirstOrDefaultAsync(cancellationToken);
                var attempts = await store.Results.AttemptsAsync(which, cancellationToken).ToListAsync(cancellationToken);
                var events = await store.Results.EventsAsync(which, cancellationToken).ToListAsync(cancellationToken);
                var scores = await store.Results.EvaluationsAsync(which, null, cancellationToken).ToListAsync(cancellationToken);
                return Reply.Json(json => Write(json, sweep, found, record?.Device, attempts, events, scores));
            },
            cancellationToken);
    }

    private void Write(
        Utf8JsonWriter json, HomeSweep sweep, TrialStatus trial, string? device, List<AttemptRecord> attempts,
        List<EventRecord> events, List<EvaluationRecord> scores)
    {
        json.WriteStartObject();
        json.WriteString("trial", trial.Id);
        json.WriteString("sweep", Ids.Of(sweep.Status.Key));
        json.WriteString("name", trial.Sweep);
        json.WriteNumber("seed", trial.Seed);
        json.WriteString("state", Wording.Name(trial.State));
        json.WriteBoolean("wanted", trial.Wanted);
        json.WriteNumber("epochs", trial.EpochsDone);
        json.WriteNumber("of", trial.Epochs);
        json.WriteNumber("attemptCount", trial.Attempts);
        json.WriteString("class", trial.FailureClass is { } c ? Wording.Name(c) : null);
        json.WriteString("reason", trial.Reason);
        json.WriteString("worker", trial.Worker);
        json.WriteString("device", device);
        json.WriteString("checkpoint", trial.CheckpointPath);
        json.WriteString("model", trial.ModelPath);
        json.WritePropertyName("tags");
        JsonRenderer.WriteValue(json, trial.Tags);
        json.WriteString("note", trial.Note);
        json.WriteString("takenFrom", trial.Source is { IsImported: false } from ? from.Name : null);
        json.WriteString("imported", trial.Source is { IsImported: true } file ? file.Name : null);
        json.WriteString("fingerprint", trial.Fingerprint);
        json.WritePropertyName("startedAt");
        JsonRenderer.WriteValue(json, trial.StartedAt);
        json.WritePropertyName("finishedAt");
        JsonRenderer.WriteValue(json, trial.FinishedAt);
        json.WritePropertyName("config");
        json.WriteRawValue(trial.ConfigJson);
        WriteDifference(json, sweep, trial);
        _attempt.WriteTo(json, "attempts", attempts);
        _event.WriteTo(json, "events", events);
        _evaluation.WriteTo(json, "evaluations", scores);
        json.WritePropertyName("images");
        JsonRenderer.WriteValue(json, trial.ModelPath is null ? [] : FigureKinds.All.Where(kind => kind.NeedsModel)
            .Select(kind => kind.Name));
        json.WriteString("command", desk.Command("show", trial.Id, $"--sweep={trial.Sweep}"));
        json.WriteEndObject();
    }

    private static void WriteDifference(Utf8JsonWriter json, HomeSweep sweep, TrialStatus trial)
    {
        json.WritePropertyName("best");
        if (sweep.Best is not { } best)
        {
            json.WriteNullValue();
            json.WriteStartArray("differs");
            json.WriteEndArray();
            return;
        }

        best.Write(json);
        using var config = JsonDocument.Parse(trial.ConfigJson);
        var names = SweepTrials.ShortNames([.. best.By.Select(one => one.Path)]);
        json.WriteStartArray("differs");
        foreach (var (i, (path, value)) in best.By.Index())
        {
            var own = config.RootElement.TryGetProperty(path, out var found) ? found.GetRawText() : "null";
            if (own == value)
                continue;
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("label", names[i]);
            json.WritePropertyName("value");
            json.WriteRawValue(own);
            json.WritePropertyName("best");
            json.WriteRawValue(value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task<Reply> CurvesAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        var most = asked.Number("points", UsualPoints, 20, 100_000);
        var curve = await desk.ReadAsync(
            async store => await store.Results.CurvesAsync(
                TrialFilter.One(sweep.Status.Name, asked.Part("trial")),
                new CurveRequest([.. MetricList.Curves.Select(m => m.Name)]),
                cancellationToken).FirstOrDefaultAsync(cancellationToken), cancellationToken);
        var measured = curve is null ? [] : MetricList.Curves.Select((metric, i) => (Metric: metric, Values: curve.Values[i]))
            .Where(one => one.Values.Any(value => !double.IsNaN(value))).ToList();
        var places = measured.Count == 0 ? [] : FigureThinning.Places([.. measured.Select(one => one.Values)], most);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("epochs");
            JsonRenderer.WriteValue(json, places.Select(place => curve!.Epochs[place]));
            json.WriteStartArray("metrics");
            foreach (var (metric, values) in measured)
            {
                json.WriteStartObject();
                json.WriteString("name", metric.Name);
                json.WriteString("label", metric.Label ?? metric.Name.Replace('_', ' '));
                json.WriteString("unit", metric.Unit);
                json.WritePropertyName("values");
                JsonRenderer.WriteValue(json, places.Select(place => values[place]));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("thinned", curve is not null && places.Count < curve.Epochs.Length);
            json.WriteEndObject();
        });
    }

    private async Task<Reply> UnitsAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        var epochs = await desk.ReadAsync(
            async store => await store.Results.UnitsAsync(
                TrialFilter.One(sweep.Status.Name, asked.Part("trial")), cancellationToken).ToListAsync(cancellationToken),
            cancellationToken);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("layers");
            for (var layer = 0; layer < (epochs.Count == 0 ? 0 : epochs[^1].Layers.Count); layer++)
            {
                json.WriteStartObject();
                json.WriteNumber("layer", layer + 1);
                json.WriteNumber("units", epochs[^1].Layers[layer].Activity.Count);
                json.WritePropertyName("epochs");
                JsonRenderer.WriteValue(json, epochs.Select(one => one.Epoch));
                json.WritePropertyName("activity");
                JsonRenderer.WriteValue(json, epochs.Select(one => one.Layers[layer].Activity));
                json.WritePropertyName("kl");
                JsonRenderer.WriteValue(json, epochs.Select(one => one.Layers[layer].Kl));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task<Reply> LogAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        var lines = await desk.ReadAsync(
            async store =>
            {
                var found = await FindAsync(store, sweep, asked, cancellationToken);
                return await TrialLog.ReadAsync(
                    store, found,
                    async (key, attempt) => store is RemoteStore head
                        ? await head.LogAsync(found.Id, key, attempt, cancellationToken)
                        : desk.Settings.Artifacts is { } folder ? new AttemptLogs(folder).Read(found.Id, key, attempt) : null,
                    cancellationToken);
            },
            cancellationToken);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("lines");
            JsonRenderer.WriteValue(json, lines);
            json.WriteString("command", desk.Command("logs", asked.Part("trial"), $"--sweep={sweep.Status.Name}"));
            json.WriteEndObject();
        });
    }

    private static async Task<TrialStatus> FindAsync(
        IStore store, HomeSweep sweep, Asked asked, CancellationToken cancellationToken) =>
        await store.FindTrialsAsync(asked.Part("trial"), sweep.Status.Name, 1, cancellationToken) is [var found] ? found
            : throw new HttpFault(404, $"{sweep.Status.Name} has no trial {asked.Part("trial")}; it may have been deleted.");
}
