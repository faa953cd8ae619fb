using VaeSweep.Store;

namespace VaeSweep.Results.Figures;

/// <summary>Reads learning curves.</summary>
public static class CurveReader
{
    /// <summary>Rows asked for at once: well below what a store keeps of one answer.</summary>
    private const int RowsAtOnce = 200_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <param name="columns">Of the view `epochs`; from the catalog, never from a user.</param>
    /// <returns>By the trial's id; trials without a stored epoch are absent.</returns>
    public static async Task<IReadOnlyDictionary<string, TrialCurves>> ReadAsync(
        IStore store, string sweep, IEnumerable<FigureTrial> trials, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var wanted = trials.Where(t => t.EpochsDone > 0).OrderBy(t => t.Id, StringComparer.Ordinal).ToList();
        var curves = wanted.ToDictionary(
            t => t.Id,
            t => new TrialCurves([.. columns.Select(_ =>
            {
                var values = new double[t.EpochsDone];
                Array.Fill(values, double.NaN);
                return values;
            })]),
            StringComparer.Ordinal);
        var sql = $"SELECT trial, epoch, {string.Join(", ", columns)} FROM epochs WHERE sweep = @sweep AND trial >= @first AND trial <= @last";
        foreach (var (first, last) in Ranges(wanted))
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep, ["first"] = first, ["last"] = last };
            var result = await store.QueryAsync(sql, parameters, Timeout, cancellationToken);
            if (result.Truncated)
            {
                throw new InvalidOperationException($"{RowsAtOnce} rows of curves were cut off by the store.");
            }

            string? id = null;
            TrialCurves? curve = null;
            foreach (var row in result.Rows)
            {
                if (!string.Equals((string)row[0]!, id, StringComparison.Ordinal))
                {
                    id = (string)row[0]!;
                    curve = curves.GetValueOrDefault(id);
                }

                // An epoch may have been stored since the trials were listed.
                var epoch = (int)(long)row[1]!;
                for (var c = 0; curve is not null && c < columns.Count && epoch <= curve.Columns[c].Length; c++)
                {
                    curve.Columns[c][epoch - 1] = row[c + 2] switch { double number => number, long count => count, _ => double.NaN };
                }
            }
        }

        return curves;
    }

    private static IEnumerable<(string First, string Last)> Ranges(List<FigureTrial> trials)
    {
        var (start, rows) = (0, 0);
        for (var i = 0; i < trials.Count; i++)
        {
            rows += trials[i].EpochsDone;
            if (i + 1 == trials.Count || rows + trials[i + 1].EpochsDone > RowsAtOnce)
            {
                yield return (trials[start].Id, trials[i].Id);
                (start, rows) = (i + 1, 0);
            }
        }
    }
}
