using System.Globalization;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Reads the configurations of a sweep's points: a few whole ones, and of the others what they differ in.</summary>
internal sealed class PointReader(IStore store, string sweep, TimeSpan timeout)
{
    private const int BasesAtOnce = 200;

    private readonly List<(long Point, long Base, string Changes)> _points = [];
    private readonly Dictionary<long, string> _bases = [];

    /// <summary>All that the sweep has now; again after a submit.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT p.point, p.base, p.changes FROM points p
            WHERE p.point > @after AND p.point IN (SELECT t.point FROM trials t WHERE t.sweep = @sweep)
            ORDER BY p.point
            """;
        _points.Clear();
        QueryResult page;
        var after = -1L;
        do
        {
            page = await store.QueryAsync(Sql, new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep, ["after"] = after }, timeout, cancellationToken);
            _points.AddRange(page.Rows.Select(row => ((long)row[0]!, (long)row[1]!, (string)row[2]!)));
            after = _points.Count == 0 ? after : _points[^1].Point;
        }
        while (page.Truncated);

        foreach (var some in _points.Select(p => p.Base).Distinct().Where(b => !_bases.ContainsKey(b)).Chunk(BasesAtOnce))
        {
            // Keys from the store itself, never from a user.
            var keys = string.Join(", ", some.Select(key => key.ToString(CultureInfo.InvariantCulture)));
            var configs = await store.QueryAsync($"SELECT p.point, p.config FROM points p WHERE p.point IN ({keys})", null, timeout, cancellationToken);
            foreach (var row in configs.Rows)
            {
                _bases[(long)row[0]!] = (string)row[1]!;
            }
        }
    }

    /// <summary>Hands the configurations to the points that have none yet.</summary>
    public void Configure(TrialSet trials)
    {
        var bases = new Dictionary<long, int[]>();
        foreach (var (point, key, changes) in _points)
        {
            trials.Configure(point, () =>
            {
                if (!bases.TryGetValue(key, out var codes))
                {
                    bases.Add(key, codes = trials.Index.Add(_bases[key]));
                }

                return point == key ? codes : trials.Index.Add(codes, changes);
            });
        }
    }
}
