using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What runs now, with the names, bounds and rates that a person wants to see of it.</summary>
internal sealed class RunningTrials(TimeProvider time)
{
    private static readonly TimeSpan _boundEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(30);
    private const int MostBounds = 64;

    private readonly Dictionary<(string Sweep, string Trial), Seen> _seen = [];
    private long? _bounds;

    /// <summary>By node and device: "here:1234:ab/cpu:0".</summary>
    public ILookup<string, Shown> ByWorker { get; private set; } = Array.Empty<Shown>().ToLookup(one => one.Worker);

    /// <summary>Looks again.</summary>
    /// <param name="sweeps">Those of which trials run.</param>
    public async Task LookAsync(IStore store, IReadOnlyList<HomeSweep> sweeps, CancellationToken cancellationToken)
    {
        var shown = new List<Shown>();
        var running = new HashSet<(string, string)>();
        var readsBounds = _bounds is not { } last || time.GetElapsedTime(last) >= _boundEvery;
        foreach (var sweep in sweeps)
        {
            var which = TrialFilter.AllOf(sweep.Status.Name) with { State = TrialState.Running };
            var trials = await store.Results.TrialsAsync(which, TrialParts.Progress | TrialParts.Worker, cancellationToken)
                .ToListAsync(cancellationToken);
            await NameAsync(store, sweep, which, trials, cancellationToken);
            if (readsBounds)
                await BoundAsync(store, which, trials, cancellationToken);
            foreach (var trial in trials)
            {
                var seen = _seen[(trial.Sweep, trial.Id)];
                seen.See(trial.EpochsDone, time.GetTimestamp(), time, _window);
                running.Add((trial.Sweep, trial.Id));
                shown.Add(new Shown(
                    Ids.Of(sweep.Status.Key), trial.Sweep, trial.Id, trial.Worker ?? "", trial.Device ?? "", seen.Label,
                    trial.EpochsDone, trial.Epochs, seen.Bound, seen.Rate(time)));
            }
        }

        if (readsBounds)
            _bounds = time.GetTimestamp();
        foreach (var gone in _seen.Keys.Where(key => !running.Contains(key)).ToList())
            _seen.Remove(gone);
        ByWorker = shown.ToLookup(one => one.Worker, StringComparer.Ordinal);
    }

    private async Task NameAsync(
        IStore store, HomeSweep sweep, TrialFilter which, List<TrialRecord> trials, CancellationToken cancellationToken)
    {
        var unknown = trials.Where(trial => !_seen.ContainsKey((trial.Sweep, trial.Id))).Select(trial => trial.Id).ToList();
        if (unknown.Count == 0)
            return;
        await foreach (var trial in store.Results.TrialsAsync(
            which with { Ids = unknown }, TrialParts.Configuration, cancellationToken))
        {
            _seen[(trial.Sweep, trial.Id)] = new Seen(LabelOf(trial, sweep.Definition));
        }

        // It may have ended between the two questions.
        foreach (var trial in trials)
            _seen.TryAdd((trial.Sweep, trial.Id), new Seen(""));
    }

    private async Task BoundAsync(
        IStore store, TrialFilter which, List<TrialRecord> trials, CancellationToken cancellationToken)
    {
        var moved = trials.Where(trial => trial.EpochsDone > 0 && _seen[(trial.Sweep, trial.Id)].BoundAt != trial.EpochsDone)
            .Take(MostBounds).Select(trial => trial.Id).ToList();
        if (moved.Count == 0)
            return;
        await foreach (var curve in store.Results.CurvesAsync(
            which with { Ids = moved }, new CurveRequest(["valid_elbo", "train_elbo"]) { LastEpoch = true }, cancellationToken))
        {
            var seen = _seen[(curve.Sweep, curve.Trial)];
            seen.Bound = double.IsNaN(curve.Values[0][^1]) ? curve.Values[1][^1] : curve.Values[0][^1];
            seen.BoundAt = curve.Epochs[^1];
        }
    }

    private static string LabelOf(TrialRecord trial, SweepDefinition? definition)
    {
        var paths = definition?.VaryingPaths ?? [];
        var names = SweepTrials.Spoken(paths);
        using var config = JsonDocument.Parse(trial.Config);
        var parts = paths.Select((path, i) => config.RootElement.TryGetProperty(path, out var value)
                || (ConfigSchema.Find(path)?.ShortFor is { } whole && config.RootElement.TryGetProperty(whole, out value))
            ? $"{names[i]}={new SettingValue(value.GetRawText()).Text}" : null).OfType<string>();
        return string.Join(", ", [.. parts, $"seed {trial.Seed}"]);
    }

    /// <summary>A trial that runs.</summary>
    internal sealed record Shown(string SweepId, string Sweep, string Trial, string Worker, string Device, string Label,
        int Epoch, int Epochs, double Bound, double? Rate)
    {
        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("sweep", SweepId);
            json.WriteString("name", Sweep);
            json.WriteString("trial", Trial);
            json.WriteString("label", Label);
            json.WriteNumber("epoch", Epoch);
            json.WriteNumber("epochs", Epochs);
            json.WritePropertyName("bound");
            JsonRenderer.WriteNumber(json, Bound);
            json.WritePropertyName("rate");
            JsonRenderer.WriteValue(json, Rate);
            json.WriteEndObject();
        }
    }

    private sealed class Seen(string label)
    {
        private readonly Queue<(long At, int Epoch)> _epochs = new();

        public string Label => label;

        public double Bound { get; set; } = double.NaN;

        public int BoundAt { get; set; }

        public void See(int epoch, long now, TimeProvider time, TimeSpan window)
        {
            if (_epochs.Count == 0 || _epochs.Last().Epoch != epoch)
                _epochs.Enqueue((now, epoch));
            while (_epochs.Count > 2 && time.GetElapsedTime(_epochs.Peek().At, now) > window)
                _epochs.Dequeue();
        }

        /// <summary>Epochs a second; null before two were seen.</summary>
        public double? Rate(TimeProvider time)
        {
            if (_epochs.Count < 2)
                return null;
            var (first, last) = (_epochs.Peek(), _epochs.Last());
            var seconds = time.GetElapsedTime(first.At, last.At).TotalSeconds;
            return seconds > 0 ? Math.Round((last.Epoch - first.Epoch) / seconds, 2) : null;
        }
    }
}
