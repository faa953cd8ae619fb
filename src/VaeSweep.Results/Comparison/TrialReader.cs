using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Reads what tables are made of: beside each other the scores, and the configurations, which repeat from seed to seed
/// and so are read once a point.</summary>
/// <param name="sweeps">Of several, each point has the path <see cref="SweepPath"/> besides: the names of those that hold
/// it.</param>
internal sealed class TrialReader(IResults results, IReadOnlyList<string> sweeps, IReadOnlyList<Metric> metrics)
{
    /// <summary>Beside the paths of configurations, in a table of several sweeps.</summary>
    public const string SweepPath = "sweep";

    /// <param name="seed">Only trials of seeds that it takes; null: all.</param>
    public async Task<TrialSet> ReadAsync(Func<long, bool>? seed, CancellationToken cancellationToken)
    {
        if (sweeps is [var one] && seed is null)
        {
            var (set, points) = await ReadAsync(one, cancellationToken);
            set.Configure(points);
            return set;
        }

        var parts = new List<(TrialSet Trials, IReadOnlyList<PointRecord> Points)>();
        foreach (var sweep in sweeps)
            parts.Add(await ReadAsync(sweep, cancellationToken));

        var holders = parts.SelectMany((part, place) => part.Trials.Points.Select(point => (point.Key, place)))
            .GroupBy(one => one.Key).ToDictionary(g => g.Key, g => g.Select(one => one.place).ToList());
        var joined = new TrialSet(metrics.Count);
        foreach (var point in parts.SelectMany(part => part.Trials.Points))
        {
            if (seed is null && holders[point.Key].Count == 1)
                joined.Take(point);
        }

        await JoinAsync(joined, parts.ConvertAll(part => part.Trials),
            [.. holders.Where(held => seed is not null || held.Value.Count > 1).Select(held => held.Key)], seed,
            cancellationToken);
        var labels = sweeps.Count == 1 ? null
            : holders.ToDictionary(held => held.Key, held => Label(string.Join(", ", held.Value.Select(i => sweeps[i]))));
        // In the order in which they were asked for.
        foreach (var sweep in labels is null ? [] : sweeps)
            joined.Index.Add(Label(sweep));

        parts.ForEach(part => joined.Configure(part.Points, labels));
        return joined;
    }

    private async Task<(TrialSet Trials, IReadOnlyList<PointRecord> Points)> ReadAsync(
        string sweep, CancellationToken cancellationToken)
    {
        var points = results.PointsAsync(sweep, cancellationToken);
        TrialSet trials;
        try
        {
            trials = TrialSet.Of(await results.ScoresAsync(sweep, [.. metrics, MetricList.Epochs], null, cancellationToken));
        }
        finally
        {
            // Also after a failure: it must not fail unobserved.
            await ((Task)points).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A submit may have added points between the two reads.
        var known = (await points).Select(point => point.Key).ToHashSet();
        return (trials, trials.Points.All(point => known.Contains(point.Key))
            ? await points : await results.PointsAsync(sweep, cancellationToken));
    }

    // What several sweeps hold is counted trial by trial: of one that they share, the first that succeeded, else the first.
    private async Task JoinAsync(
        TrialSet joined, IReadOnlyList<TrialSet> parts, IReadOnlyCollection<long> points, Func<long, bool>? seed,
        CancellationToken cancellationToken)
    {
        var chosen = new Dictionary<(long Point, long Seed), (int Sweep, TrialRecord Trial)>();
        for (var i = 0; i < sweeps.Count && points.Count > 0; i++)
        {
            await foreach (var trial in results.TrialsAsync(
                TrialFilter.WantedOf(sweeps[i]) with { Points = points }, TrialParts.Progress, cancellationToken))
            {
                var key = (trial.Point, trial.Seed);
                if (seed?.Invoke(trial.Seed) != false && (!chosen.TryGetValue(key, out var other)
                    || (other.Trial.State != TrialState.Succeeded && trial.State == TrialState.Succeeded)))
                {
                    chosen[key] = (i, trial);
                }
            }
        }

        foreach (var ((point, _), (sweep, trial)) in chosen)
            joined.Take(trial, parts[sweep].Find(point));
    }

    private static string Label(string names) => JsonSerializer.Serialize(
        new Dictionary<string, string>(StringComparer.Ordinal) { [SweepPath] = names });
}
