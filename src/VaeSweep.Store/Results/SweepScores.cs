using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>How the wanted trials of a sweep stand, and what they scored.</summary>
/// <param name="Counts">Trials of each point in each state; without those of none.</param>
/// <param name="Metrics">One column for each metric that was asked for, in that order.</param>
public sealed record SweepScores(IReadOnlyList<PointCount> Counts, IReadOnlyList<ScoreColumn> Metrics)
{
    /// <summary>Seeds of the wanted trials that confirm what a search has found; no other wanted trial has one of them.</summary>
    public IReadOnlySet<long> ConfirmSeeds { get; init; } = new HashSet<long>();
}

/// <summary>How many wanted trials of a point are in a state.</summary>
/// <param name="Confirms">Those that confirm what a search has found; else those of the search or grid itself.</param>
public readonly record struct PointCount(long Point, TrialState State, int Trials, bool Confirms = false);

/// <summary>The values of one metric. Point and seed say which trial an entry is of.</summary>
/// <remarks>A trial that was measured with several numbers of samples has an entry for each: the one with the most
/// counts.</remarks>
public sealed class ScoreColumn
{
    /// <summary>In place of the number of samples: the value is no evaluation's but of the trial itself or of its last
    /// epoch.</summary>
    public const int NoEvaluation = -1;

    public List<long> Points { get; } = [];
    public List<long> Seeds { get; } = [];
    public List<double> Values { get; } = [];

    /// <summary>Importance samples that a value was measured with; 1 where that has no meaning.</summary>
    public List<int> Samples { get; } = [];

    public int Count => Points.Count;

    public void Add(long point, long seed, double value, int samples)
    {
        Points.Add(point);
        Seeds.Add(seed);
        Values.Add(value);
        Samples.Add(samples);
    }

    /// <summary>The value of each trial that counts.</summary>
    public Dictionary<(long Point, long Seed), (double Value, int Samples)> ByTrial()
    {
        var values = new Dictionary<(long, long), (double Value, int Samples)>(Count);
        for (var i = 0; i < Count; i++)
        {
            if (!values.TryGetValue((Points[i], Seeds[i]), out var held) || held.Samples < Samples[i])
                values[(Points[i], Seeds[i])] = (Values[i], Samples[i]);
        }

        return values;
    }
}
