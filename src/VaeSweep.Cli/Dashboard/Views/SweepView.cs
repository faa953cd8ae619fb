using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>One sweep: what it is, what varies, what can be seen of it, what went wrong.</summary>
internal sealed class SweepView(Desk desk)
{
    private const int MostFailures = 200;
    private const int MostAlarms = 200;
    private const int MostValues = 100;

    public void AddTo(Router router)
    {
        router.Add("GET", "/api/sweeps/{id}", AnswerAsync, Keeping.UntilChange);
        router.Add("GET", "/api/sweeps/{id}/failures", FailuresAsync, Keeping.UntilChange);
    }

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        var (status, definition) = (sweep.Status, sweep.Definition);
        var room = await desk.ReadAsync(store => CheckpointRoom.DescribeAsync(store, cancellationToken), cancellationToken);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            sweep.WriteContent(json, desk.Follower.Marks.Of(status.Key));
            json.WriteString("definition", status.Definition);
            json.WriteString("description", definition?.Description);
            WriteVarying(json, definition);
            json.WritePropertyName("by");
            JsonRenderer.WriteValue(json, definition is null ? null : StoredSweep.Request(definition).By);
            WriteMetrics(json, definition);
            WriteSearch(json, definition);
            json.WriteString("checkpoints", room);
            json.WriteStartArray("figures");
            foreach (var kind in FigureKinds.All)
            {
                json.WriteStartObject();
                json.WriteString("kind", kind.Name);
                json.WriteString("description", kind.Description);
                json.WriteBoolean("needsModel", kind.NeedsModel);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("command", desk.Command("status", status.Name));
            json.WriteEndObject();
        });
    }

    private async Task<Reply> FailuresAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        var (status, definition) = (sweep.Status, sweep.Definition);
        var (failures, alarms) = await desk.ReadAsync(
            async store => (await FailedTrials.ReadAsync(store, status, definition?.VaryingPaths ?? [], cancellationToken),
                await AlarmList.ReadAsync(store, status.Name, cancellationToken)), cancellationToken);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            failures.Write(json, status.Count(TrialState.Failed), MostFailures);
            json.WriteNumber("alarmCount", alarms.Count);
            json.WriteStartArray("alarms");
            foreach (var alarm in alarms.Take(MostAlarms))
            {
                json.WriteStartObject();
                json.WriteString("trial", alarm.Trial);
                json.WriteNumber("epoch", alarm.Epoch);
                json.WriteString("alarm", alarm.Alarm);
                json.WriteString("detail", alarm.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void WriteVarying(Utf8JsonWriter json, SweepDefinition? definition)
    {
        var paths = definition?.VaryingPaths ?? [];
        var names = SweepTrials.ShortNames(paths);
        var values = definition?.Resolve().ToDictionary(one => one.Path, one => one.Values, StringComparer.Ordinal);
        json.WriteStartArray("varying");
        foreach (var (i, path) in paths.Index())
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("label", names[i]);
            json.WritePropertyName("values");
            JsonRenderer.WriteValue(json, values!.GetValueOrDefault(path) is { Count: <= MostValues } few ? few : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetrics(Utf8JsonWriter json, SweepDefinition? definition)
    {
        var measured = definition?.Resolve().First(path => path.Path == "evaluate.metrics").Values
            .SelectMany(value => value.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries))
            .ToHashSet(StringComparer.Ordinal) ?? [];
        // Bounds of any k are metrics, too, where a sweep measures them.
        var all = MetricList.All.Concat(measured.Where(name => MetricList.All.All(one => one.Name != name))
            .Select(MetricList.Find).OfType<Metric>());
        json.WriteStartArray("metrics");
        foreach (var metric in all)
        {
            json.WriteStartObject();
            json.WriteString("name", metric.Name);
            json.WriteString("label", metric.Label ?? metric.Name.Replace('_', ' '));
            json.WriteString("unit", metric.Unit);
            json.WriteString("direction", Wording.Name(metric.Direction));
            json.WriteBoolean("curve", metric.Curve is not null);
            json.WriteBoolean("measured", metric.Kept || metric.Curve is not null || measured.Contains(metric.Name));
            json.WriteString("description", metric.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSearch(Utf8JsonWriter json, SweepDefinition? definition)
    {
        json.WritePropertyName("search");
        if (definition is not { IsSearch: true })
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("sampler", definition.Method?.Name ?? "grid");
        json.WriteString("scheduler", definition.SchedulerName);
        json.WriteString("metric", definition.Search.Metric);
        json.WriteEndObject();
    }
}
