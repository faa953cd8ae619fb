using System.Runtime.CompilerServices;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <summary>Results of a running head's store. Streams come page by page: the head makes the next one while this one is
/// used.</summary>
internal sealed class RemoteResults(HeadChannel channel) : IResults
{
    public Task<IReadOnlyList<SweepStatus>> SweepsAsync(CancellationToken cancellationToken) =>
        channel.ListAsync(Methods.ResultSweeps, Nothing.Instance, cancellationToken);

    public IAsyncEnumerable<TrialRecord> TrialsAsync(TrialFilter which, TrialParts parts, CancellationToken cancellationToken) =>
        channel.ReadAsync(Methods.Trials, new Reading(which, parts), cancellationToken).Select(part => part.ToRecord());

    public async Task<IReadOnlyList<PointRecord>> PointsAsync(string sweep, CancellationToken cancellationToken)
    {
        var bases = new Dictionary<long, PointBase>();
        var points = new List<PointRecord>();
        await foreach (var part in channel.ReadAsync(Methods.Points, new SweepNamed(sweep), cancellationToken))
        {
            if (part.Config is { } config)
                bases[part.Base] = new PointBase(part.Base, config);
            points.Add(new PointRecord(part.Key, bases[part.Base], part.Changes));
        }

        return points;
    }

    public IAsyncEnumerable<TrialCurve> CurvesAsync(TrialFilter which, CurveRequest what, CancellationToken cancellationToken) =>
        channel.ReadAsync(Methods.Curves, new ReadingCurves(which, what), cancellationToken);

    public IAsyncEnumerable<EpochUnits> UnitsAsync(TrialFilter which, CancellationToken cancellationToken) =>
        channel.ReadAsync(Methods.Units, which, cancellationToken);

    public async Task<SweepScores> ScoresAsync(
        string sweep, IReadOnlyList<Metric> metrics, IReadOnlyCollection<long>? points, CancellationToken cancellationToken)
    {
        var (counts, confirming) = (new List<PointCount>(), new HashSet<long>());
        var columns = metrics.Select(_ => new ScoreColumn()).ToList();
        var asked = new Scoring(sweep, [.. metrics.Select(metric => metric.Name)], points is null ? null : [.. points]);
        await foreach (var part in channel.ReadAsync(Methods.Scores, asked, cancellationToken))
        {
            if (part.Metric == ScorePart.NoMetric)
                counts.AddRange(part.Counts);
            else if (part.Metric == ScorePart.ConfirmSeeds)
                confirming.UnionWith(part.Seeds);
            else
                part.AddTo(columns[part.Metric]);
        }

        return new SweepScores(counts, columns) { ConfirmSeeds = confirming };
    }

    public IAsyncEnumerable<EvaluationRecord> EvaluationsAsync(
        TrialFilter which, string? metric, CancellationToken cancellationToken) =>
        channel.ReadAsync(Methods.Evaluations, new ReadingEvaluations(which, metric), cancellationToken);

    public IAsyncEnumerable<AttemptRecord> AttemptsAsync(TrialFilter which, CancellationToken cancellationToken) =>
        channel.ReadAsync(Methods.Attempts, which, cancellationToken);

    public IAsyncEnumerable<EventRecord> EventsAsync(TrialFilter which, CancellationToken cancellationToken) =>
        channel.ReadAsync(Methods.Events, which, cancellationToken);
}
