using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>The tables that a command line or an address asks for.</summary>
internal static class TableAnswer
{
    /// <param name="metrics">One table for each; null: one of the metric that the first sweep's file names.</param>
    /// <param name="withTrials">With the trials behind each number, for JSON.</param>
    public static async Task<IReadOnlyList<ComparisonTable>> ReadAsync(
        IStore store, IReadOnlyList<SweepStatus> sweeps, IReadOnlyList<string>? metrics, TableWishes wishes, bool withTrials,
        CancellationToken cancellationToken)
    {
        var definitions = sweeps.Select(StoredSweep.Definition).ToList();
        var tables = new List<ComparisonTable>();
        foreach (var one in metrics?.AsEnumerable<string?>() ?? [null])
        {
            var request = StoredSweep.Request(definitions, wishes with { Metric = one })
                with { Retired = sweeps.Sum(sweep => sweep.Retired) };
            var table = await ComparisonBuilder.BuildAsync(store.Results, request, cancellationToken);
            tables.Add(!withTrials ? table : table with
            {
                Behind = await BehindNumbers.ReadAsync(store.Results, table, cancellationToken),
            });
        }

        return tables;
    }
}
