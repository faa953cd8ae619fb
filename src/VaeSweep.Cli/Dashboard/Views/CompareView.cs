using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Report;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Sweeps, rows or trials side by side: what differs in their configurations, their curves, and whether what they scored
/// can be told apart.</summary>
internal sealed class CompareView(Desk desk)
{
    private const int Most = 12;
    private const int UsualPoints = 400;
    private const int MostValues = 8;

    public void AddTo(Router router) => router.Add("GET", "/api/compare", AnswerAsync, Keeping.UntilChange);

    /// <param name="Of">As it was asked.</param>
    /// <param name="Row">All of it as one row.</param>
    /// <param name="Settings">By path, the different values in it.</param>
    private sealed record Item(
        string Of, HomeSweep Sweep, SweepDefinition Definition, IReadOnlyDictionary<string, string> Where, ComparisonRow Row,
        IReadOnlyDictionary<string, IReadOnlyList<SettingValue>> Settings, IReadOnlyList<SweepTrials> Trials)
    {
        public string Label { get; init; } = "";
    }

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var wanted = asked.Many("of");
        if (wanted.Count is < 2 or > Most)
            throw new CliException($"from 2 to {Most} `of` are compared; {wanted.Count} were named.");
        var points = asked.Number("points", UsualPoints, 20, 100_000);
        var named = asked.One("metric") is { } name ? MetricCatalog.Get(name) : null;
        var (metric, items, curves) = await desk.ReadAsync(
            async store =>
            {
                var (chosen, read) = (named, new List<Item>());
                foreach (var of in wanted)
                {
                    var (sweep, definition, where) = await FindAsync(store, of, cancellationToken);
                    chosen ??= StoredSweep.Request(definition).Metric;
                    read.Add(await ReadAsync(store, of, sweep, definition, where, chosen, cancellationToken));
                }

                return (chosen!, read, await CurvesAsync(store, read, cancellationToken));
            },
            cancellationToken);
        var labelled = Labelled(items);
        return Reply.Json(json => Write(json, metric, labelled, curves is null ? null : FigureThinning.Thin(curves, points)));
    }

    private async Task<(HomeSweep Sweep, SweepDefinition Definition, IReadOnlyDictionary<string, string> Where)> FindAsync(
        IStore store, string of, CancellationToken cancellationToken)
    {
        var parts = of.Split(';');
        var (id, trial) = parts.Length == 1 && parts[0].Split('/') is [var sweepId, var trialId]
            ? (sweepId, trialId) : (parts[0], null);
        if (!Asked.Fits("id", id) || (trial is not null && !Asked.Fits("trial", trial)))
            throw new CliException($"of={of}: ID, ID/TRIAL or ID;path=value;... is wanted.");
        var sweep = await desk.Follower.SweepAsync(long.Parse(id), cancellationToken);
        var definition = sweep.Definition ?? StoredSweep.Definition(sweep.Status);
        if (trial is null)
        {
            return (sweep, definition,
                new ShortNames(definition).Keys(ListOption.Pairs("of", [.. parts.Skip(1).Where(part => part.Length > 0)])) ?? []);
        }

        var found = await store.FindTrialsAsync(trial, sweep.Status.Name, 1, cancellationToken) is [var one] ? one
            : throw new HttpFault(404, $"{sweep.Status.Name} has no trial {trial}.");
        using var config = JsonDocument.Parse(found.ConfigJson);
        var where = definition.VaryingPaths.Where(path => config.RootElement.TryGetProperty(path, out _)).ToDictionary(
            path => path, path => new SettingValue(config.RootElement.GetProperty(path).GetRawText()).Text,
            StringComparer.Ordinal);
        where["seed"] = found.Seed.ToString();
        return (sweep, definition, where);
    }

    private static async Task<Item> ReadAsync(
        IStore store, string of, HomeSweep sweep, SweepDefinition definition, IReadOnlyDictionary<string, string> where,
        Metric metric, CancellationToken cancellationToken)
    {
        var wishes = new TableWishes { By = [], Columns = [], Where = where, Metric = metric.Name };
        var table = await ComparisonBuilder.BuildAsync(
            store.Results, StoredSweep.Request(definition, wishes) with { Baseline = null }, cancellationToken);
        var trials = await SweepTrials.LoadAsync(store.Results, definition.Name, where, cancellationToken);
        var settings = trials.AllPaths.ToDictionary(
            path => path, path => (IReadOnlyList<SettingValue>)[.. trials.Trials.Select(trial => trials.Setting(trial, path))
                .OfType<SettingValue>().DistinctBy(value => value.Json)
                .Order(Comparer<SettingValue>.Create(SettingValue.Compare))],
            StringComparer.Ordinal);
        return new Item(of, sweep, definition, where, table.Rows[0], settings, [trials]);
    }

    private static List<Item> Labelled(List<Item> items)
    {
        var several = items.Select(one => one.Sweep.Status.Key).Distinct().Skip(1).Any();
        return items.ConvertAll(one =>
        {
            var names = SweepTrials.Spoken([.. one.Where.Keys]);
            var settings = string.Join(", ", one.Where.Values.Select((value, i) => $"{names[i]}={value}"));
            return one with
            {
                Label = settings.Length == 0 ? one.Sweep.Status.Name
                    : several ? $"{one.Sweep.Status.Name}: {settings}" : settings,
            };
        });
    }

    /// <summary>The items' curves in one chart each metric: mean and band over the seeds.</summary>
    /// <returns>Null where none has an epoch.</returns>
    private async Task<Figure?> CurvesAsync(IStore store, List<Item> items, CancellationToken cancellationToken)
    {
        var labelled = Labelled(items);
        var panels = new Dictionary<string, Chart>(StringComparer.Ordinal);
        var notes = new List<string>();
        foreach (var (i, item) in labelled.Index())
        {
            Figure figure;
            try
            {
                figure = await LearningCurves.Kind.BuildAsync(
                    new FigureContext(store, item.Definition, item.Trials[0], new FigureOptions { By = [] }), cancellationToken);
            }
            catch (ResultsException)
            {
                continue;
            }

            notes = [.. notes.Union(figure.Notes, StringComparer.Ordinal)];
            foreach (var chart in figure.Panels.OfType<Chart>())
            {
                var marks = chart.Marks.Select(mark => mark with { Name = item.Label, Color = Palette.Category(i) });
                panels[chart.Y.Text] = panels.TryGetValue(chart.Y.Text, out var known)
                    ? known with { Marks = [.. known.Marks, .. marks] } : chart with { Marks = [.. marks] };
            }
        }

        return panels.Count == 0 ? null : new Figure("curves", "Learning curves", [.. panels.Values], notes);
    }

    private void Write(Utf8JsonWriter json, Metric metric, List<Item> items, Figure? curves)
    {
        json.WriteStartObject();
        json.WriteStartObject("metric");
        json.WriteString("name", metric.Name);
        json.WriteString("unit", metric.Unit);
        json.WriteString("direction", Wording.Name(metric.Direction));
        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var item in items)
            Write(json, item);
        json.WriteEndArray();
        WriteSettings(json, items);
        WriteTests(json, items);
        json.WritePropertyName("curves");
        if (curves is null)
            json.WriteNullValue();
        else
            FigureJson.Write(json, curves);
        json.WriteStartArray("commands");
        foreach (var item in items)
        {
            json.WriteStringValue(desk.Command([
                "table", item.Sweep.Status.Name, $"--metric={metric.Name}",
                .. item.Where.Select(one => $"--where={one.Key}={one.Value}")]));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Item item)
    {
        json.WriteStartObject();
        json.WriteString("of", item.Of);
        json.WriteString("label", item.Label);
        json.WriteString("sweep", Ids.Of(item.Sweep.Status.Key));
        json.WriteString("name", item.Sweep.Status.Name);
        json.WriteNumber("trials", item.Row.Trials);
        json.WriteStartObject("states");
        foreach (var (state, count) in item.Row.States.OrderBy(one => one.Key))
            json.WriteNumber(Wording.Name(state), count);
        json.WriteEndObject();
        json.WriteStartObject("summary");
        json.WriteNumber("n", item.Row.Values.N);
        Number(json, "mean", item.Row.Values.Mean);
        Number(json, "sd", item.Row.Values.StandardDeviation);
        json.WritePropertyName("ci95");
        JsonRenderer.WriteValue(
            json, double.IsNaN(item.Row.Values.Low) ? null : new[] { item.Row.Values.Low, item.Row.Values.High });
        json.WriteEndObject();
        json.WriteStartObject("seeds");
        foreach (var (seed, value) in item.Row.Seeds.OrderBy(one => one.Key))
            Number(json, seed.ToString(), value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSettings(Utf8JsonWriter json, List<Item> items)
    {
        var paths = items.SelectMany(item => item.Settings.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Texts: items.ConvertAll(item => Text(item.Settings.GetValueOrDefault(path, [])))))
            .ToList();
        json.WriteStartObject("same");
        foreach (var (path, texts) in paths.Where(one => one.Texts.Distinct(StringComparer.Ordinal).Count() == 1))
            json.WriteString(path, texts[0]);
        json.WriteEndObject();
        var differing = paths.Where(one => one.Texts.Distinct(StringComparer.Ordinal).Skip(1).Any()).ToList();
        var names = SweepTrials.ShortNames([.. differing.Select(one => one.Path)]);
        json.WriteStartArray("differs");
        foreach (var (i, (path, texts)) in differing.Index())
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("label", names[i]);
            json.WritePropertyName("values");
            JsonRenderer.WriteValue(json, texts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTests(Utf8JsonWriter json, List<Item> items)
    {
        var pairs = Enumerable.Range(0, items.Count).SelectMany(first => Enumerable.Range(first + 1, items.Count - first - 1)
            .Select(second => (First: first, Second: second))).ToList();
        var tests = pairs.ConvertAll(pair => MeanDifference.Between(items[pair.First].Row, items[pair.Second].Row));
        var adjusted = Holm.Adjust([.. tests.Select(test => test.P)]);
        json.WriteStartArray("tests");
        foreach (var (i, (first, second)) in pairs.Index())
        {
            var test = tests[i];
            json.WriteStartObject();
            json.WriteNumber("first", first);
            json.WriteNumber("second", second);
            Number(json, "difference", test.Value);
            json.WritePropertyName("ci95");
            JsonRenderer.WriteValue(json, double.IsNaN(test.Low) ? null : new[] { test.Low, test.High });
            json.WriteString("test", Wording.Name(test.Test));
            json.WriteNumber("pairs", test.Pairs);
            Number(json, "p", test.P);
            Number(json, "p_holm", adjusted[i]);
            json.WriteBoolean("separated", adjusted[i] < Contest.Level);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Text(IReadOnlyList<SettingValue> values) => values.Count == 0 ? "-"
        : string.Join(", ", values.Take(MostValues).Select(value => value.Text)) + (values.Count > MostValues ? ", ..." : "");

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        JsonRenderer.WriteNumber(json, value);
    }
}
