using System.Runtime.InteropServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>What a comparison table counts and averages.</content>
internal sealed partial class LedgerResults
{
    public Task<SweepScores> ScoresAsync(
        string sweep, IReadOnlyList<Metric> metrics, IReadOnlyCollection<long>? points, CancellationToken cancellationToken)
    {
        var among = points?.ToHashSet();
        return store.DoAsync((ledger, _) => Scores(ledger.TrialsOf(sweep), metrics, among), cancellationToken);
    }

    private SweepScores Scores(TrialDocument[] trials, IReadOnlyList<Metric> metrics, HashSet<long>? points)
    {
        var counts = new Dictionary<(long Point, TrialState State, bool Confirms), int>();
        var columns = metrics.Select(_ => new ScoreColumn()).ToList();
        var seeds = new HashSet<long>();
        var succeeded = new Dictionary<long, TrialDocument>();
        foreach (var trial in trials)
        {
            if (!trial.Wanted || points?.Contains(trial.Point) == false)
                continue;
            CollectionsMarshal.GetValueRefOrAddDefault(counts, (trial.Point, trial.State, trial.Round > 0), out _)++;
            if (trial.Round > 0)
                seeds.Add(trial.Seed);
            if (trial.State != TrialState.Succeeded)
                continue;
            succeeded.Add(trial.Key, trial);
            for (var i = 0; i < metrics.Count; i++)
            {
                if (metrics[i].Kept && Kept(metrics[i], trial) is var value && !double.IsNaN(value))
                    columns[i].Add(trial.Point, trial.Seed, value, ScoreColumn.NoEvaluation);
            }
        }

        Metric[] measured = [.. metrics.Where(metric => !metric.Kept)];
        var places = measured.Select(metric => columns[metrics.Index().First(one => one.Item == metric).Index]).ToList();
        if (measured.Length > 0 && succeeded.Count > 0)
        {
            store.Log.Scores(measured, (key, metric, value, samples) =>
            {
                if (succeeded.TryGetValue(key, out var trial))
                    places[metric].Add(trial.Point, trial.Seed, value, samples);
            });
        }

        return new SweepScores(
            [.. counts.Select(one => new PointCount(one.Key.Point, one.Key.State, one.Value, one.Key.Confirms))], columns)
        {
            ConfirmSeeds = seeds,
        };
    }

    // Of what others have trained there are no epochs: it is believed to be whole.
    private static double Kept(Metric metric, TrialDocument trial) => (metric.Name == MetricList.Epochs.Name, trial.Source) switch
    {
        (true, { IsImported: true }) => trial.Epochs,
        (true, _) => trial.EpochsDone,
        (false, { IsImported: true }) => double.NaN,
        (false, _) => trial.Seconds,
    };
}
