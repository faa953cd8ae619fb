using System.Text.Json;
using VaeSweep.Results.Figures;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The failed trials of a sweep, and where in its space they sit: a setting that crashes must not look merely
/// bad.</summary>
internal sealed class FailedTrials
{
    private readonly IReadOnlyList<TrialRecord> _trials;
    private readonly IReadOnlyList<(string Path, string Value, int Failed, int Of)> _places;

    private FailedTrials(
        IReadOnlyList<TrialRecord> trials, IReadOnlyList<(string Path, string Value, int Failed, int Of)> places) =>
        (_trials, _places) = (trials, places);

    public static async Task<FailedTrials> ReadAsync(
        IStore store, SweepStatus sweep, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (sweep.Count(TrialState.Failed) == 0)
            return new FailedTrials([], []);
        var failed = await store.Results.TrialsAsync(
            TrialFilter.WantedOf(sweep.Name) with { State = TrialState.Failed }, TrialParts.Progress | TrialParts.Outcome,
            cancellationToken).ToListAsync(cancellationToken);
        var list = await TrialList.LoadAsync(store.Results, sweep.Name, paths, MetricList.Epochs, cancellationToken);
        var rows = list.Page(new TrialListing { Limit = int.MaxValue }).Rows.Where(row => row.Trial.Wanted).ToList();
        var places = paths.SelectMany((path, i) => rows.GroupBy(row => row.Settings[i]?.Text ?? "-", StringComparer.Ordinal)
            .Select(value => (path, value.Key, value.Count(row => row.Trial.State == TrialState.Failed), value.Count()))
            .Where(one => one.Item3 > 0).OrderByDescending(one => (double)one.Item3 / one.Item4).Take(20));
        return new FailedTrials(failed, [.. places]);
    }

    public void Write(Utf8JsonWriter json, long total, int most)
    {
        json.WriteStartObject("failures");
        json.WriteNumber("total", total);
        json.WriteStartObject("classes");
        foreach (var (name, count) in _trials.CountBy(trial => trial.FailureClass is { } c ? Wording.Name(c) : "unknown"))
            json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteStartArray("rows");
        foreach (var trial in _trials.Take(most))
        {
            json.WriteStartObject();
            json.WriteString("trial", trial.Id);
            json.WriteNumber("seed", trial.Seed);
            json.WriteNumber("attempts", trial.Attempts);
            json.WriteString("class", trial.FailureClass is { } c ? Wording.Name(c) : null);
            json.WriteString("reason", trial.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("by");
        foreach (var path in _places.GroupBy(one => one.Path, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("path", path.Key);
            json.WriteString("label", SweepTrials.ShortNames([path.Key])[0]);
            json.WriteStartArray("values");
            foreach (var (_, value, failed, of) in path)
            {
                json.WriteStartObject();
                json.WriteString("value", value);
                json.WriteNumber("failed", failed);
                json.WriteNumber("of", of);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
