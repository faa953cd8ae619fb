using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Reads activity and KL of latent units.</summary>
public static class UnitReader
{
    /// <returns>One entry a stochastic layer, data side first; empty when nothing was measured.</returns>
    public static async Task<IReadOnlyList<UnitCurves>> ReadAsync(
        IResults results, string sweep, string trial, CancellationToken cancellationToken)
    {
        var measured = new List<EpochUnits>();
        await foreach (var epoch in results.UnitsAsync(TrialFilter.One(sweep, trial), cancellationToken))
            measured.Add(epoch);

        var layers = measured.Count == 0 ? 0 : measured.Max(e => e.Layers.Count);
        return [.. Enumerable.Range(0, layers).Select(layer => Layer([.. measured.Where(e => e.Layers.Count > layer)], layer))];
    }

    private static UnitCurves Layer(List<EpochUnits> measured, int layer)
    {
        var units = measured.Max(e => e.Layers[layer].Activity.Count);
        var (activity, kl) = (new double[measured.Count, units], new double[measured.Count, units]);
        for (var i = 0; i < measured.Count; i++)
        {
            var values = measured[i].Layers[layer];
            for (var unit = 0; unit < values.Activity.Count; unit++)
                (activity[i, unit], kl[i, unit]) = (values.Activity[unit], values.Kl[unit]);
        }

        return new UnitCurves([.. measured.Select(e => e.Epoch)], activity, kl);
    }
}
