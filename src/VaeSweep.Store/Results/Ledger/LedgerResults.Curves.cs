using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>What was reported epoch by epoch.</content>
internal sealed partial class LedgerResults
{
    public async IAsyncEnumerable<TrialCurve> CurvesAsync(
        TrialFilter which, CurveRequest what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var metrics = what.Metrics.Select(name => MetricList.Find(name)?.Curve
            ?? throw new ArgumentException($"'{name}' is not reported with every epoch.", nameof(what))).ToList();
        await foreach (var (sweep, trial, all) in ReportsAsync(which, cancellationToken))
        {
            // As of the moment of which the trial is; more may have come meanwhile.
            var reports = what.LastEpoch ? all.FindAll(one => one.Report.Epoch == trial.EpochsDone) : all;
            if (reports.Count == 0)
                continue;
            yield return new TrialCurve(
                sweep, trial.Fingerprint.Id, [.. reports.Select(one => one.Report.Epoch)],
                [.. metrics.Select(metric => reports.Select(one => metric.Of(one.Report)).ToArray())],
                what.Attempts ? [.. reports.Select(one => one.Attempt)] : null);
        }
    }

    public async IAsyncEnumerable<EpochUnits> UnitsAsync(
        TrialFilter which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (sweep, trial, reports) in ReportsAsync(which, cancellationToken))
        {
            foreach (var (_, _, report) in reports.Where(one => one.Report.Units.Count > 0))
                yield return new EpochUnits(sweep, trial.Fingerprint.Id, report.Epoch, report.Units);
        }
    }

    private IAsyncEnumerable<(string Sweep, TrialDocument Trial, List<StoredReport> Found)> ReportsAsync(
        TrialFilter which, CancellationToken cancellationToken) =>
        ReadAsync(which, one => one.EpochsDone > 0, static (log, first, last) => log.Reports(first, last), one => one.Trial,
            cancellationToken);
}
