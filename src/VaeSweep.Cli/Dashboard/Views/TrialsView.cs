using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The trials of a sweep, some at a time: filtered, sorted and counted here, so that a hundred thousand are no more to a
/// browser than a hundred.</summary>
internal sealed class TrialsView(Desk desk)
{
    private const int Most = 1000;
    private const int ListsKept = 2;

    private readonly Lock _gate = new();
    private readonly List<((long Sweep, long Mark, string Metric) Key, Task<TrialList> List)> _lists = [];

    public void AddTo(Router router) => router.Add("GET", "/api/sweeps/{id}/trials", AnswerAsync, Keeping.UntilChange);

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var sweep = await desk.SweepAsync(asked, cancellationToken);
        var definition = sweep.Definition ?? StoredSweep.Definition(sweep.Status);
        var metric = asked.One("metric") is { } named ? MetricCatalog.Get(named) : StoredSweep.Request(definition).Metric;
        var where = new ShortNames(definition).Keys(ListOption.Pairs("where", [.. asked.Many("where")])) ?? [];
        var asks = new TrialListing
        {
            Offset = asked.Number("offset", 0, 0, int.MaxValue), Limit = asked.Number("limit", 100, 0, Most),
            Sort = asked.One("sort"), Where = where, Find = asked.One("find")?.ToLowerInvariant() ?? "",
            States = [.. (ListOption.Names([.. asked.Many("state")]) ?? []).Select(StateOf)],
        };
        var list = await ListAsync(sweep, definition, metric, cancellationToken);
        var page = list.Page(asks);
        var names = SweepTrials.ShortNames(list.Paths);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", page.Total);
            json.WriteNumber("matching", page.Matching);
            json.WriteNumber("offset", asks.Offset);
            json.WriteStartObject("states");
            foreach (var state in Enum.GetValues<TrialState>())
                json.WriteNumber(Wording.Name(state), page.States.GetValueOrDefault(state));
            json.WriteEndObject();
            json.WriteString("metric", metric.Name);
            json.WriteStartArray("columns");
            foreach (var (i, path) in list.Paths.Index())
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteString("label", names[i]);
                json.WriteBoolean(
                    "number", page.Rows.All(row => row.Settings[i] is null || !double.IsNaN(row.Settings[i]!.Number)));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var row in page.Rows)
                Write(json, row);
            json.WriteEndArray();
            json.WriteString("command", desk.Command("export", sweep.Status.Name, "--to", "csv"));
            json.WriteEndObject();
        });
    }

    /// <summary>The list of this moment: made once for all who ask meanwhile.</summary>
    private Task<TrialList> ListAsync(
        HomeSweep sweep, SweepDefinition definition, Metric metric, CancellationToken cancellationToken)
    {
        var key = (sweep.Status.Key, desk.Follower.Marks.Of(sweep.Status.Key), metric.Name);
        lock (_gate)
        {
            if (_lists.Find(one => one.Key == key && !one.List.IsFaulted && !one.List.IsCanceled).List is { } known)
                return known;
            _lists.RemoveAll(one => one.Key.Sweep == key.Key || one.List.IsFaulted);
            if (_lists.Count == ListsKept)
                _lists.RemoveAt(0);
            var list = desk.ReadAsync(
                store => TrialList.LoadAsync(store.Results, definition.Name, definition.VaryingPaths, metric, cancellationToken),
                cancellationToken);
            _lists.Add((key, list));
            return list;
        }
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, TrialRow row)
    {
        var trial = row.Trial;
        json.WriteStartObject();
        json.WriteString("trial", trial.Id);
        json.WriteNumber("index", trial.Index);
        json.WriteNumber("seed", trial.Seed);
        json.WriteString("state", Wording.Name(trial.State));
        json.WriteBoolean("wanted", trial.Wanted);
        json.WriteNumber("epochs", trial.EpochsDone);
        json.WriteNumber("of", trial.Epochs);
        json.WriteNumber("seconds", Math.Round(trial.Seconds, 2));
        json.WriteNumber("attempts", trial.Attempts);
        json.WritePropertyName("value");
        JsonRenderer.WriteNumber(json, row.Score);
        json.WriteStartArray("settings");
        foreach (var setting in row.Settings)
            json.WriteRawValue(setting?.Json ?? "null");
        json.WriteEndArray();
        json.WriteString("device", trial.Device);
        json.WriteString("node", trial.Worker?.LastIndexOf('/') is > 0 and var end ? trial.Worker[..end] : null);
        json.WritePropertyName("startedAt");
        JsonRenderer.WriteValue(json, trial.StartedAt);
        json.WritePropertyName("finishedAt");
        JsonRenderer.WriteValue(json, trial.FinishedAt);
        json.WriteString("class", trial.FailureClass is { } failed ? Wording.Name(failed) : null);
        json.WriteString("reason", trial.Reason);
        json.WritePropertyName("tags");
        JsonRenderer.WriteValue(json, trial.Tags);
        json.WriteString("note", trial.Note);
        json.WriteEndObject();
    }

    private static TrialState StateOf(string name)
    {
        var names = Enum.GetNames<TrialState>().Select(one => one.ToLowerInvariant()).ToList();
        return names.IndexOf(name) is >= 0 and var at ? Enum.GetValues<TrialState>()[at]
            : throw new CliException($"state={name} is not known.{NearestName.Suggest(name, names)} "
                + $"Known: {string.Join(", ", names)}.");
    }
}
