using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Gathers the trials of one cell.</summary>
internal sealed class CellTrials(int[] key, int[] codes, int metrics)
{
    private const int Mixed = -2;
    private readonly Dictionary<long, (double Sum, int Count)>[] _seeds =
        [.. Enumerable.Range(0, metrics).Select(_ => new Dictionary<long, (double, int)>())];
    private readonly Dictionary<long, (double Sum, int Count)> _found = [];
    private readonly List<long> _points = [];
    private readonly int[] _states = new int[Enum.GetValues<TrialState>().Length];
    private int[] _common = [.. codes];

    /// <summary>The code of each axis.</summary>
    public int[] Key { get; } = key;

    public IReadOnlyList<long> Points => _points;

    public IReadOnlyDictionary<TrialState, int> States =>
        Enum.GetValues<TrialState>().Where(s => _states[(int)s] > 0).ToDictionary(s => s, s => _states[(int)s]);

    /// <summary>Succeeded trials that lack the first metric.</summary>
    public int WithoutValue => _states[(int)TrialState.Succeeded] - _seeds[0].Values.Sum(s => s.Count);

    /// <summary>Succeeded trials that <see cref="Completeness"/> calls ended early.</summary>
    public int EndedEarly { get; private set; }

    /// <summary>Seeds that have values of fewer settings than others.</summary>
    public IReadOnlyCollection<long> PartialSeeds
    {
        get
        {
            var most = _seeds[0].Values.Select(s => s.Count).DefaultIfEmpty(0).Max();
            return [.. _seeds[0].Where(s => s.Value.Count < most).Select(s => s.Key).Order()];
        }
    }

    /// <summary>The value of each seed, over all of the cell's settings; by seed, so that no sum depends on who finished
    /// first.</summary>
    public Dictionary<long, double> Seeds(int metric) =>
        _seeds[metric].OrderBy(s => s.Key).ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Count);

    /// <summary>What the search itself had found of points that are confirmed, seed by seed, in the first metric.</summary>
    public IReadOnlyList<double> Found => [.. _found.OrderBy(s => s.Key).Select(s => s.Value.Sum / s.Value.Count)];

    /// <summary>Its trials confirm what a search has found.</summary>
    public bool Confirms { get; private set; }

    public void Add(PointTrials point, ConfigIndex index)
    {
        Confirms |= point.Found is not null;
        _points.Add(point.Key);
        for (var state = 0; state < _states.Length; state++)
            _states[state] += point.States[state];

        for (var metric = 0; metric < _seeds.Length; metric++)
            Add(_seeds[metric], point.Values[metric]);
        Add(_found, point.Found?.Values[0]);

        EndedEarly += point.Epochs.Count(epochs => Completeness.EndedEarly(index, point.Codes, epochs));
        Narrow(point.Codes);
    }

    /// <summary>The code that all trials of the cell have in a column; null when they differ.</summary>
    public int? Common(int column) => ConfigIndex.CodeAt(_common, column) is var code && code == Mixed ? null : code;

    /// <summary>For an <see cref="Axis"/> that is not one of the table: codes that all trials share, others as absent.</summary>
    public int[] Shared => Array.ConvertAll(_common, code => code == Mixed ? ConfigIndex.Absent : code);

    private static void Add(
        Dictionary<long, (double Sum, int Count)> seeds, Dictionary<long, (double Value, int Samples)>? values)
    {
        foreach (var (seed, (value, _)) in values ?? [])
        {
            var (sum, count) = seeds.GetValueOrDefault(seed);
            seeds[seed] = (sum + value, count + 1);
        }
    }

    private void Narrow(int[] codes)
    {
        if (codes.Length > _common.Length)
        {
            var seen = _common.Length;
            Array.Resize(ref _common, codes.Length);
            Array.Fill(_common, ConfigIndex.Absent, seen, _common.Length - seen);
        }

        for (var column = 0; column < _common.Length; column++)
        {
            if (_common[column] != ConfigIndex.CodeAt(codes, column))
                _common[column] = Mixed;
        }
    }
}
