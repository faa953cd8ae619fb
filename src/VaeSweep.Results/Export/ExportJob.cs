using System.Runtime.CompilerServices;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>What is to be exported, and where to.</summary>
/// <param name="Table">The sweep's comparison table, for exports that show one.</param>
/// <param name="Target">A file or a folder.</param>
public sealed record ExportJob(IStore Store, string Sweep, ComparisonRequest Table, string Target)
{
    // A page of trials whose epochs and units fit into memory with room to spare.
    private const int TrialsAPage = 500;
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    /// <summary>Rows about the sweep's wanted trials, in the trials' order, page by page.</summary>
    /// <param name="columns">SQL after SELECT; trials are `t`.</param>
    /// <param name="join">SQL between FROM trials t and WHERE.</param>
    /// <param name="order">What to order by within a trial; empty: nothing.</param>
    public async IAsyncEnumerable<QueryResult> PagesAsync(string columns, string join, string order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await LastIndexAsync(cancellationToken);
        for (var from = 0L; from <= last; from += TrialsAPage)
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = Sweep, ["from"] = from, ["to"] = from + TrialsAPage };
            var page = await Store.QueryAsync(
                $"SELECT {columns} FROM trials t {join} WHERE t.sweep = @sweep AND t.wanted AND t.trial_index >= @from AND t.trial_index < @to ORDER BY t.trial_index{(order.Length > 0 ? ", " + order : "")}",
                parameters, _timeout, cancellationToken);
            yield return page.Truncated ? throw new ResultsException($"{TrialsAPage} trials of {Sweep} have more rows than a query hands out; use `vaesweep query` on parts of them.") : page;
        }
    }

    private async Task<long> LastIndexAsync(CancellationToken cancellationToken)
    {
        var result = await Store.QueryAsync(
            "SELECT max(t.trial_index) FROM trials t WHERE t.sweep = @sweep AND t.wanted", new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = Sweep }, _timeout, cancellationToken);
        return result.Rows[0][0] as long? ?? -1;
    }
}
