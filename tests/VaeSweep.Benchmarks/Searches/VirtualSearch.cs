using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Benchmarks;

/// <summary>One search of the product in virtual time: every device trains an epoch at a time, and epochs are as long as each
/// other.</summary>
internal sealed class VirtualSearch
{
    private readonly CurveTable _table;
    private readonly SweepDefinition _definition;
    private readonly SearchBook _book;
    private readonly int _devices;
    private readonly IEnumerator<Trial> _drawn;
    private readonly List<SearchTrial> _trials = [];
    private readonly List<double[]> _curves = [];
    private readonly List<int> _running = [];
    private long _toCome;

    /// <param name="definition">With one seed: the table has the mean over its own.</param>
    public VirtualSearch(CurveTable table, SweepDefinition definition, int devices)
    {
        (_table, _definition, _devices, _book) = (table, definition, devices, new SearchBook(definition));
        _toCome = definition.Draws;
        _drawn = definition.Expand().GetEnumerator();
        // A search that learns has its first points at once; of others, each is taken when a device has time for it.
        while (definition.Learns && _drawn.MoveNext())
            Add(_drawn.Current);
    }

    /// <summary>How far from the best was, in the end, what the search would have named: the point that was the best at its last
    /// epoch by then.</summary>
    /// <param name="spent">Epochs that all devices have trained together, rising.</param>
    public double[] Regrets(IReadOnlyList<int> spent, CancellationToken cancellationToken)
    {
        var regrets = new List<double>(spent.Count);
        for (var epochs = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Fill();
            foreach (var trial in _running)
            {
                _trials[trial] = _trials[trial] with { Curve = Part(trial, _trials[trial].Curve.Count + 1) };
                if (++epochs < spent[regrets.Count])
                    continue;
                regrets.Add(_table.Best - _curves[_trials.Index().Where(one => one.Item.Curve.Count > 0)
                    .MaxBy(one => one.Item.Curve[^1]).Index][^1]);
                if (regrets.Count == spent.Count)
                    return [.. regrets];
            }

            foreach (var trial in _running.Where(one => _trials[one].Curve.Count >= _trials[one].Budget))
            {
                var isWhole = _trials[trial].Curve.Count == _table.Epochs;
                _trials[trial] = _trials[trial] with
                {
                    State = isWhole ? TrialState.Succeeded : TrialState.Paused, Rests = !isWhole,
                };
            }

            _running.RemoveAll(one => _trials[one].State != TrialState.Running);
        }
    }

    /// <summary>Gives every device something to do.</summary>
    private void Fill()
    {
        if (_running.Count == _devices)
            return;
        var step = _book.Next(_trials, _devices, _toCome);
        foreach (var move in step.Moves)
        {
            var trial = _trials[(int)move.Trial];
            _trials[(int)move.Trial] = move.Budget is { } budget
                ? trial with { State = TrialState.Queued, Budget = budget, Rests = false, IsEnded = false, GoesOn = true }
                : trial with { State = TrialState.Stopped, Rests = false, IsEnded = true };
        }

        foreach (var proposed in step.Proposed)
            Add(proposed);
        _toCome = _definition.Learns ? step.ToCome : _toCome;
        for (var trial = 0; trial < _trials.Count && _running.Count < _devices; trial++)
        {
            if (_trials[trial].State == TrialState.Queued)
                Begin(trial);
        }

        while (!_definition.Learns && _running.Count < _devices && _drawn.MoveNext())
        {
            Add(_drawn.Current);
            Begin(_trials.Count - 1);
        }
    }

    private void Begin(int trial)
    {
        _running.Add(trial);
        _trials[trial] = _trials[trial] with { State = TrialState.Running, GoesOn = false };
    }

    private void Add(Trial trial)
    {
        var key = _trials.Count;
        if (_definition.Learns)
            _book.Learn(key, trial.ConfigJson);
        _curves.Add(_table.CurveOf(TrialConfigJson.Parse(trial.ConfigJson)));
        _trials.Add(new SearchTrial(key, trial.Index, trial.Fingerprint, key, trial.Seed, TrialState.Queued, true, [])
        {
            Budget = _definition.Scheduler?.FirstBudget ?? _table.Epochs,
        });
    }

    private ArraySegment<double> Part(int trial, int epochs) => new(_curves[trial], 0, epochs);
}
