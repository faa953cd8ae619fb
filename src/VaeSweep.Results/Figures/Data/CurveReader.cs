using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Reads learning curves.</summary>
public static class CurveReader
{
    /// <param name="metrics">Such as are reported with every epoch.</param>
    /// <returns>By the trial's id; trials without a stored epoch are absent.</returns>
    public static async Task<IReadOnlyDictionary<string, TrialCurves>> ReadAsync(
        IResults results, string sweep, IEnumerable<FigureTrial> trials, IReadOnlyList<string> metrics,
        CancellationToken cancellationToken)
    {
        var epochs = trials.Where(t => t.EpochsDone > 0).ToDictionary(t => t.Id, t => t.EpochsDone, StringComparer.Ordinal);
        var curves = new Dictionary<string, TrialCurves>(StringComparer.Ordinal);
        await foreach (var curve in
            results.CurvesAsync(TrialFilter.AllOf(sweep) with { Ids = epochs.Keys }, new CurveRequest(metrics),
                cancellationToken))
        {
            curves[curve.Trial] = new TrialCurves(
                [.. curve.Values.Select(values => InPlace(curve.Epochs, values, epochs[curve.Trial]))]);
        }

        return curves;
    }

    // Place i holds epoch i + 1; an epoch may have been stored since the trials were listed.
    private static double[] InPlace(int[] epochs, double[] values, int length)
    {
        if (epochs.Length == length && epochs[^1] == length)
            return values;

        var placed = new double[length];
        Array.Fill(placed, double.NaN);
        for (var i = 0; i < epochs.Length && epochs[i] <= length; i++)
            placed[epochs[i] - 1] = values[i];

        return placed;
    }
}
