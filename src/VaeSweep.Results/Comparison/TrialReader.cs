using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Reads what tables are made of: beside each other the scores, and the configurations, which repeat from seed to seed
/// and so are read once a point.</summary>
internal sealed class TrialReader(IResults results, string sweep, IReadOnlyList<Metric> metrics)
{
    public async Task<TrialSet> ReadAsync(CancellationToken cancellationToken)
    {
        var points = results.PointsAsync(sweep, cancellationToken);
        TrialSet trials;
        try
        {
            trials = TrialSet.Of(await results.ScoresAsync(sweep, [.. metrics, MetricList.Epochs], null, cancellationToken));
        }
        finally
        {
            // Also after a failure: it must not fail unobserved.
            await ((Task)points).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        trials.Configure(await points);
        if (trials.Points.Any(p => p.Codes.Length == 0))
        {
            // A submit has added points between the two reads.
            trials.Configure(await results.PointsAsync(sweep, cancellationToken));
        }

        return trials;
    }
}
