using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Reads activity and KL of latent units.</summary>
public static class UnitReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <returns>One entry a stochastic layer, data side first; empty when nothing was measured.</returns>
    public static async Task<IReadOnlyList<UnitCurves>> ReadAsync(IStore store, string sweep, string trial, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT layer, epoch, unit, activity, kl FROM units WHERE sweep = @sweep AND trial = @trial";
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep, ["trial"] = trial };
        var result = await store.QueryAsync(Sql, parameters, Timeout, cancellationToken);
        var rows = result.Rows.Select(r => (Layer: Convert.ToInt32(r[0]), Epoch: Convert.ToInt32(r[1]), Unit: Convert.ToInt32(r[2]), Activity: Number(r[3]), Kl: Number(r[4])));
        return
        [
            .. rows.GroupBy(r => r.Layer).OrderBy(g => g.Key).Select(layer =>
            {
                var epochs = layer.Select(r => r.Epoch).Distinct().Order().ToList();
                var place = epochs.Select((e, i) => (e, i)).ToDictionary(p => p.e, p => p.i);
                var units = layer.Max(r => r.Unit);
                var (activity, kl) = (new double[epochs.Count, units], new double[epochs.Count, units]);
                foreach (var row in layer)
                {
                    activity[place[row.Epoch], row.Unit - 1] = row.Activity;
                    kl[place[row.Epoch], row.Unit - 1] = row.Kl;
                }

                return new UnitCurves(epochs, activity, kl);
            }),
        ];
    }

    private static double Number(object? value) => value is null ? double.NaN : Convert.ToDouble(value);
}
