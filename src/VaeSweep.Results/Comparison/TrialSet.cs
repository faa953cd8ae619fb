using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>The wanted trials of a sweep as tables need them: each configuration once, beside it how its seeds stand and what they scored.</summary>
internal sealed class TrialSet(int metrics)
{
    private readonly Dictionary<long, PointTrials> _points = [];

    public ConfigIndex Index { get; } = new();

    public IReadOnlyCollection<PointTrials> Points => _points.Values;

    public bool Has(long point) => _points[point].Codes.Length > 0;

    public void Count(long point, TrialState state, int trials) => Of(point).States[(int)state] += trials;

    /// <param name="samples">Where a metric was measured twice, the value with more samples stays.</param>
    public void Add(long point, long seed, int metric, double value, long samples)
    {
        var values = Of(point).Values[metric] ??= [];
        if (!values.TryGetValue(seed, out var known) || known.Samples < samples)
        {
            values[seed] = (value, samples);
        }
    }

    /// <summary>Ignores points of other trials.</summary>
    /// <param name="codes">As of <see cref="ConfigIndex.Add(string)"/>.</param>
    public void Configure(long point, Func<int[]> codes)
    {
        if (_points.TryGetValue(point, out var trials) && trials.Codes.Length == 0)
        {
            trials.Codes = codes();
        }
    }

    private PointTrials Of(long point)
    {
        if (!_points.TryGetValue(point, out var trials))
        {
            _points.Add(point, trials = new PointTrials(point, metrics));
        }

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

    /// <summary>For each metric the value of each seed, and with how many samples it was measured; null: none.</summary>
    public Dictionary<long, (double Value, long Samples)>?[] Values { get; } = new Dictionary<long, (double, long)>?[metrics];
}
