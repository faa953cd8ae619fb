using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

internal sealed partial class SqlResults
{
    public async IAsyncEnumerable<TrialCurve> CurvesAsync(
        TrialFilter which, CurveRequest what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (what.Metrics.FirstOrDefault(name => MetricList.Find(name)?.Curve is null) is { } single)
            throw new ArgumentException($"'{single}' is not reported with every epoch.", nameof(what));

        string[] columns = ["x.epoch", .. what.Attempts
            ? ["x.attempt"] : Array.Empty<string>(), .. what.Metrics.Select(name => $"x.{name}")];
        var first = what.Attempts ? 3 : 2;
        await foreach (var (sweep, trial, rows) in _pages.ByTrialAsync(
            which, "epochs", columns, what.LastEpoch
                ? " AND x.epoch = t.epochs_done" : "", joined: what.LastEpoch, cancellationToken: cancellationToken))
        {
            var sorted = InOrder(rows);
            yield return new TrialCurve(
                sweep, trial, [.. sorted.Select(row => (int)(long)row[1]!)],
                [.. what.Metrics.Select((_, c) => sorted.Select(row => Number(row[first + c])).ToArray())],
                what.Attempts ? [.. sorted.Select(row => (int)(long)row[2]!)] : null);
        }
    }

    public async IAsyncEnumerable<EpochUnits> UnitsAsync(
        TrialFilter which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] columns = ["x.epoch", "x.layer", "x.unit", "x.activity", "x.kl"];
        await foreach (var (sweep, trial, rows) in
            _pages.ByTrialAsync(which, "units", columns, cancellationToken: cancellationToken))
        {
            foreach (var epoch in rows.GroupBy(row => (long)row[1]!).OrderBy(g => g.Key))
            {
                var layers = epoch.GroupBy(row => (long)row[2]!).OrderBy(g => g.Key).Select(layer =>
                {
                    var units = (int)layer.Max(row => (long)row[3]!);
                    var (activity, kl) = (new double[units], new double[units]);
                    foreach (var row in layer)
                        (activity[(long)row[3]! - 1], kl[(long)row[3]! - 1]) = (Number(row[4]), Number(row[5]));

                    return new LayerUnits(activity, kl);
                });
                yield return new EpochUnits(sweep, trial, (int)epoch.Key, [.. layers]);
            }
        }
    }

    // Usually they are in order as they come.
    private static IReadOnlyList<object?[]> InOrder(IReadOnlyList<object?[]> rows)
    {
        for (var i = 1; i < rows.Count; i++)
        {
            if ((long)rows[i][1]! < (long)rows[i - 1][1]!)
                return [.. rows.OrderBy(row => (long)row[1]!)];
        }

        return rows;
    }
}
