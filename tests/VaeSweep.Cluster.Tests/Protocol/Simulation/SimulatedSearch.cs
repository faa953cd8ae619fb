using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>What a head's process remembers of its search: what its desk does, without a store.</summary>
internal sealed class SimulatedSearch(SearchedSweep sweep, WitnessedLog log)
{
    private readonly SearchBook _book = new(sweep.Definition);
    private readonly Dictionary<long, double[]> _curves = [];
    private int? _stand;

    /// <summary>Says what comes next.</summary>
    /// <param name="all">Also when trials stand as before.</param>
    /// <returns>Null when nothing does.</returns>
    public (SweepDocument Sweep, SearchStep Step)? Look(Ledger ledger, int devices, bool all)
    {
        var found = ledger.Searching().Where(one => one.Sweep.Name == SearchedSweep.Name).ToList();
        if (found is not [var (document, stand)] || (!all && stand == _stand))
            return null;
        _stand = stand;
        var trials = ledger.TrialsOf(document.Name);
        foreach (var trial in trials)
        {
            if (!_book.Knows(trial.Point))
                _book.Learn(trial.Point, sweep.ConfigOf(trial));
            var known = trial.State is TrialState.Queued or TrialState.Running ? trial.CheckpointEpoch : trial.EpochsDone;
            if (known > _curves.GetValueOrDefault(trial.Key, []).Length)
            {
                _curves[trial.Key] = log.Curve(trial.Key);
            }
        }

        var step = _book.Next(
            [.. trials.Select(one => Ledger.Seen(one, _curves.GetValueOrDefault(one.Key, [])))],
            Math.Min(devices, document.MaxConcurrent ?? devices), document.ToCome);
        return (document, step);
    }
}
