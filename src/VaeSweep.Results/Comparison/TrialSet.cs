using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>The wanted trials of a sweep as tables need them: each configuration once, beside it how its seeds stand and what
/// they scored.</summary>
internal sealed class TrialSet(int metrics)
{
    private readonly Dictionary<long, PointTrials> _points = [];

    public ConfigIndex Index { get; } = new();

    public IReadOnlyCollection<PointTrials> Points => _points.Values;

    /// <param name="scores">Of the table's metrics, and last of <see cref="MetricList.Epochs"/>.</param>
    public static TrialSet Of(SweepScores scores)
    {
        var trials = new TrialSet(scores.Metrics.Count - 1);
        for (var metric = 0; metric < scores.Metrics.Count - 1; metric++)
        {
            var column = scores.Metrics[metric];
            for (var i = 0; i < column.Count; i++)
                trials.Add(metric, column.Points[i], column.Seeds[i], column.Values[i], column.Samples[i]);
        }

        var epochs = scores.Metrics[^1];
        for (var i = 0; i < epochs.Count; i++)
            trials.At(epochs.Points[i]).Epochs.Add(epochs.Values[i]);

        foreach (var (point, state, count) in scores.Counts)
            trials.At(point).States[(int)state] += count;

        return trials;
    }

    /// <returns>Null where no trial is of it.</returns>
    public PointTrials? Find(long point) => _points.GetValueOrDefault(point);

    /// <summary>Takes all trials of a point of another set; its configuration is to be given again.</summary>
    public void Take(PointTrials point)
    {
        point.Codes = [];
        _points.Add(point.Key, point);
    }

    /// <summary>Takes one trial.</summary>
    /// <param name="scores">Of its point and its sweep.</param>
    public void Take(TrialRecord trial, PointTrials? scores)
    {
        var point = At(trial.Point);
        point.States[(int)trial.State]++;
        if (trial.State == TrialState.Succeeded)
            point.Epochs.Add(trial.EpochsDone);

        for (var metric = 0; metric < point.Values.Length; metric++)
        {
            if (scores?.Values[metric]?.TryGetValue(trial.Seed, out var value) == true)
                (point.Values[metric] ??= [])[trial.Seed] = value;
        }
    }

    /// <summary>Hands their configurations to the points that have none yet; points of other trials are ignored.</summary>
    /// <param name="more">JSON objects of what each configuration has besides, by point; null: nothing.</param>
    public void Configure(IReadOnlyList<PointRecord> points, IReadOnlyDictionary<long, string>? more = null)
    {
        var bases = new Dictionary<PointBase, int[]>(ReferenceEqualityComparer.Instance);
        foreach (var point in points)
        {
            if (!_points.TryGetValue(point.Key, out var trials) || trials.Codes.Length > 0)
                continue;

            if (!bases.TryGetValue(point.Base, out var codes))
                bases.Add(point.Base, codes = Index.Add(point.Base.Config));

            trials.Codes = point.Key == point.Base.Key ? codes : Index.Add(codes, point.Changes);
            if (more is not null)
                trials.Codes = Index.Add(trials.Codes, more[point.Key]);
        }
    }

    private void Add(int metric, long point, long seed, double value, int samples)
    {
        var values = At(point).Values[metric] ??= [];
        if (!values.TryGetValue(seed, out var known) || known.Samples < samples)
            values[seed] = (value, samples);
    }

    private PointTrials At(long point)
    {
        if (!_points.TryGetValue(point, out var trials))
            _points.Add(point, trials = new PointTrials(point, metrics));

        return trials;
    }
}

/// <summary>The trials of one configuration.</summary>
internal sealed class PointTrials(long key, int metrics)
{
    private static readonly int _states = Enum.GetValues<TrialState>().Length;

    public long Key { get; } = key;

    /// <summary>As of <see cref="ConfigIndex.Add(string)"/>; empty until the configuration has been read.</summary>
    public int[] Codes { get; set; } = [];

    public int[] States { get; } = new int[_states];

    /// <summary>That each of its succeeded trials has had.</summary>
    public List<double> Epochs { get; } = [];

    /// <summary>For each metric the value of each seed, and with how many samples it was measured; null: none.</summary>
    public Dictionary<long, (double Value, int Samples)>?[] Values { get; } = new Dictionary<long, (double, int)>?[metrics];
}
