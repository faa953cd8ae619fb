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
            {
                trials.At(column.Points[i], scores.ConfirmSeeds.Contains(column.Seeds[i]))
                    .Add(metric, column.Seeds[i], column.Values[i], column.Samples[i]);
            }
        }

        var epochs = scores.Metrics[^1];
        for (var i = 0; i < epochs.Count; i++)
            trials.At(epochs.Points[i], scores.ConfirmSeeds.Contains(epochs.Seeds[i])).Epochs.Add(epochs.Values[i]);

        foreach (var (point, state, count, confirms) in scores.Counts)
            trials.At(point, confirms).States[(int)state] += count;

        return trials;
    }

    /// <returns>Null where no trial is of it.</returns>
    public PointTrials? Find(long point) => _points.GetValueOrDefault(point);

    /// <summary>Takes all trials of a point of another set; its configuration is to be given again.</summary>
    public void Take(PointTrials point)
    {
        point.Configure([]);
        _points.Add(point.Key, point);
    }

    /// <summary>Takes one trial.</summary>
    /// <param name="scores">Of its point and its sweep.</param>
    public void Take(TrialRecord trial, PointTrials? scores)
    {
        var point = At(trial.Point, trial.Round > 0);
        scores = trial.Round > 0 ? scores?.Confirming : scores;
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

            var own = point.Key == point.Base.Key ? codes : Index.Add(codes, point.Changes);
            trials.Configure(more is null ? own : Index.Add(own, more[point.Key]));
        }
    }

    private PointTrials At(long point, bool confirms)
    {
        if (!_points.TryGetValue(point, out var trials))
            _points.Add(point, trials = new PointTrials(point, metrics));

        return confirms ? trials.Confirming ??= new PointTrials(point, metrics) { Found = trials } : trials;
    }
}

/// <summary>The trials of one configuration; those that confirm it stand apart.</summary>
internal sealed class PointTrials(long key, int metrics)
{
    private static readonly int _states = Enum.GetValues<TrialState>().Length;

    public long Key { get; } = key;

    /// <summary>As of <see cref="ConfigIndex.Add(string)"/>; empty until the configuration has been read.</summary>
    public int[] Codes { get; private set; } = [];

    /// <summary>Trials that confirm what these have found; null without.</summary>
    public PointTrials? Confirming { get; set; }

    /// <summary>The trials that these confirm; null of those themselves.</summary>
    public PointTrials? Found { get; init; }

    public int[] States { get; } = new int[_states];

    /// <summary>That each of its succeeded trials has had.</summary>
    public List<double> Epochs { get; } = [];

    /// <summary>For each metric the value of each seed, and with how many samples it was measured; null: none.</summary>
    public Dictionary<long, (double Value, int Samples)>?[] Values { get; } = new Dictionary<long, (double, int)>?[metrics];

    public void Configure(int[] codes)
    {
        Codes = codes;
        Confirming?.Configure(codes);
    }

    public void Add(int metric, long seed, double value, int samples)
    {
        var values = Values[metric] ??= [];
        if (!values.TryGetValue(seed, out var known) || known.Samples < samples)
            values[seed] = (value, samples);
    }
}
