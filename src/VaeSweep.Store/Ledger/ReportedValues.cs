using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What was reported lately of the metrics that searches follow, until it is taken: what a head hears anyway it need not
/// read again from its store.</summary>
/// <remarks>Bounded: what is beyond, and what came before a sweep was followed, is in the log alone.</remarks>
internal sealed class ReportedValues
{
    private const int Most = 200_000;

    private readonly Dictionary<long, MetricCurve> _followed = [];
    private readonly Dictionary<long, List<ReportedValue>> _held = [];
    private int _count;

    /// <summary>Says which sweeps are followed from now on, and by which metrics.</summary>
    public void Follow(IEnumerable<KeyValuePair<long, MetricCurve>> metrics)
    {
        _followed.Clear();
        foreach (var (sweep, metric) in metrics)
            _followed.Add(sweep, metric);
        foreach (var sweep in _held.Keys.Where(one => !_followed.ContainsKey(one)).ToList())
            Take(sweep);
    }

    /// <summary>Hears what was committed.</summary>
    public void Hear(Ledger ledger, IReadOnlyList<Change> changes)
    {
        if (_followed.Count == 0)
            return;
        foreach (var change in changes)
        {
            if (change is not ReportsAppended appended || ledger.Trial(appended.Trial) is not { Round: 0 } trial
                || !_followed.TryGetValue(trial.Sweep, out var metric) || _count + appended.Reports.Count > Most)
            {
                continue;
            }

            if (!_held.TryGetValue(trial.Sweep, out var held))
                _held.Add(trial.Sweep, held = []);
            foreach (var report in appended.Reports)
                held.Add(new(trial.Key, report.Epoch, metric.Of(report)));
            _count += appended.Reports.Count;
        }
    }

    /// <summary>What a sweep's trials have reported since it was taken last, in the order in which it was committed.</summary>
    public IReadOnlyList<ReportedValue> Take(long sweep)
    {
        if (!_held.Remove(sweep, out var held))
            return [];
        _count -= held.Count;
        return held;
    }
}
