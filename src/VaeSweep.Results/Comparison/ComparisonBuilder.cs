using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Makes comparison tables from a store.</summary>
/// <remarks>One pass over the trials, page by page: memory grows with the number of trials by a few numbers each, not by their configurations.</remarks>
public static class ComparisonBuilder
{
    private const int PageSize = 20_000;
    private const string SeedPath = "seed";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Reads all wanted trials of a sweep and groups them.</summary>
    /// <exception cref="ResultsException">A path of <see cref="ComparisonRequest.By"/> is in no trial's configuration.</exception>
    public static async Task<ComparisonTable> BuildAsync(IStore store, ComparisonRequest request, CancellationToken cancellationToken)
    {
        var index = new ConfigIndex();
        var trials = await ReadTrialsAsync(store, request, index, cancellationToken);
        var axes = request.By is null
            ? Varying(index, trials)
            : [.. request.By.Select(path => Axis.Of(path, index) ?? throw UnknownPath(path))];

        var groups = new Dictionary<int[], Group>(CodesComparer.Instance);
        foreach (var trial in trials)
        {
            var key = Array.ConvertAll(axes, axis => ConfigIndex.CodeAt(trial.Codes, axis.Column));
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new Group(key, [.. trial.Codes]));
            }

            group.Add(trial);
        }

        return Finish(request, index, axes, [.. groups.Values]);
    }

    private static ComparisonTable Finish(ComparisonRequest request, ConfigIndex index, Axis[] axes, List<Group> groups)
    {
        var published = request.Published.Where(p => p.Metric == request.Metric.Name).ToList();
        var matched = new HashSet<Reference>(ReferenceEqualityComparer.Instance);
        var summaries = groups.ConvertAll(g => Summary.Of(g.Values));
        var best = BestMean(request.Metric.Direction, summaries);
        var rows = new List<ComparisonRow>(groups.Count);
        foreach (var (group, summary) in groups.Zip(summaries))
        {
            // The paper's number that names the most paths is the one meant for this row.
            var paper = published.Where(p => Matches(p, group, index)).OrderByDescending(p => p.Where.Values.Count).FirstOrDefault();
            if (paper is not null)
            {
                matched.Add(paper);
            }

            var values = group.Key.Select((code, i) => axes[i].Show(index.Value(axes[i].Column, code))).ToList();
            rows.Add(new ComparisonRow(values, summary, group.States, group.WithoutValue, paper, summary.N > 0 && summary.Mean.Equals(best)));
        }

        rows.Sort(static (a, b) => CompareRows(a.By, b.By));
        return new ComparisonTable(request.Sweep, request.Metric, [.. axes.Select(a => a.Path)], rows, [.. published.Where(p => !matched.Contains(p))]);
    }

    private static async Task<List<TrialRow>> ReadTrialsAsync(IStore store, ComparisonRequest request, ConfigIndex index, CancellationToken cancellationToken)
    {
        var metric = request.Metric;
        // Subqueries, not joins: SQLite answers a left join to a view by reading the whole view.
        // The same metric may be there with more samples: a trial counts once, with the sharpest value.
        const string Evaluated = "(SELECT v.value FROM evaluations v WHERE v.sweep = t.sweep AND v.trial = t.trial AND v.metric = @metric "
            + "ORDER BY v.samples DESC NULLS LAST LIMIT 1)";
        var value = metric switch
        {
            { TrialColumn: { } column } => $"t.{column}",
            { EpochColumn: { } column } => $"COALESCE({Evaluated}, (SELECT e.{column} FROM epochs e WHERE e.sweep = t.sweep AND e.trial = t.trial AND e.epoch = t.epochs AND t.state = 'succeeded'))",
            _ => Evaluated,
        };
        // Column names come from the catalog, never from a user.
        var sql = $"""
            SELECT t.trial_index, t.state, t.config, {value} AS value
            FROM trials t
            WHERE t.sweep = @sweep AND t.wanted AND t.trial_index > @after
            ORDER BY t.trial_index LIMIT {PageSize}
            """;
        var trials = new List<TrialRow>();
        var after = -1L;
        while (true)
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = request.Sweep, ["metric"] = metric.Name, ["after"] = after };
            var page = await store.QueryAsync(sql, parameters, Timeout, cancellationToken);
            foreach (var row in page.Rows)
            {
                var state = Enum.Parse<TrialState>((string)row[1]!, ignoreCase: true);
                var number = row[3] is null ? double.NaN : Convert.ToDouble(row[3]);
                trials.Add(new TrialRow(index.Add((string)row[2]!), state, state == TrialState.Succeeded ? number : double.NaN));
                after = Convert.ToInt64(row[0]);
            }

            if (page.Rows.Count < PageSize && !page.Truncated)
            {
                return trials;
            }
        }
    }

    private static Axis[] Varying(ConfigIndex index, List<TrialRow> trials)
    {
        if (trials.Count == 0)
        {
            return [];
        }

        var varying = new List<Axis>();
        for (var column = 0; column < index.Paths.Count; column++)
        {
            var first = ConfigIndex.CodeAt(trials[0].Codes, column);
            if (index.Paths[column] != SeedPath && trials.Exists(t => ConfigIndex.CodeAt(t.Codes, column) != first))
            {
                varying.Add(new Axis(index.Paths[column], column, Unwrap: false));
            }
        }

        return [.. varying];
    }

    private static ResultsException UnknownPath(string path) => new(
        $"cannot group by '{path}': there is no such configuration path.{NearestName.Suggest(path, ConfigSchema.Writable)} Known: {string.Join(", ", ConfigSchema.Writable)}.");

    private static bool Matches(Reference published, Group group, ConfigIndex index) => published.Where.Values.All(condition =>
    {
        // `model.latent: 5` in a condition is `model.layers: [5]` in a configuration.
        var whole = ConfigSchema.Find(condition.Key)?.ShortFor;
        var json = whole is null ? condition.Value.Json : $"[{condition.Value.Json}]";
        return index.ColumnOf(whole ?? condition.Key) is { } column && group.Common(column) is { } code && index.Value(column, code)?.Json == json;
    });

    private static double BestMean(Direction direction, List<Summary> summaries)
    {
        var means = summaries.Where(s => s.N > 0 && double.IsFinite(s.Mean)).Select(s => s.Mean).ToList();
        return means.Count < 2 ? double.NaN : direction switch
        {
            Direction.Higher => means.Max(),
            Direction.Lower => means.Min(),
            _ => double.NaN,
        };
    }

    private static int CompareRows(IReadOnlyList<SettingValue?> a, IReadOnlyList<SettingValue?> b)
    {
        for (var i = 0; i < a.Count; i++)
        {
            var order = SettingValue.Compare(a[i], b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>A path to group by. Where the path is short for a list (`model.latent` for `model.layers`), lists of one are shown without their brackets.</summary>
    /// <param name="Column">-1: no trial has the path.</param>
    private sealed record Axis(string Path, int Column, bool Unwrap)
    {
        /// <returns>Null when there is no such configuration path.</returns>
        public static Axis? Of(string path, ConfigIndex index)
        {
            if (index.ColumnOf(path) is { } column)
            {
                return new Axis(path, column, Unwrap: false);
            }

            return ConfigSchema.Find(path) switch
            {
                null => null,
                { ShortFor: { } whole } => new Axis(path, index.ColumnOf(whole) ?? ConfigIndex.Absent, Unwrap: true),
                _ => new Axis(path, ConfigIndex.Absent, Unwrap: false),
            };
        }

        public SettingValue? Show(SettingValue? value) =>
            Unwrap && value is not null && value.Json.StartsWith('[') && !value.Json.Contains(',') ? new SettingValue(value.Json[1..^1]) : value;
    }

    private readonly record struct TrialRow(int[] Codes, TrialState State, double Value);

    private sealed class Group(int[] key, int[] common)
    {
        private const int Mixed = -2;
        private int[] _common = common;

        public int[] Key { get; } = key;
        public List<double> Values { get; } = [];
        public Dictionary<TrialState, int> States { get; } = [];
        public int WithoutValue { get; private set; }

        public void Add(TrialRow trial)
        {
            States[trial.State] = States.GetValueOrDefault(trial.State) + 1;
            if (!double.IsNaN(trial.Value))
            {
                Values.Add(trial.Value);
            }
            else if (trial.State == TrialState.Succeeded)
            {
                WithoutValue++;
            }

            if (trial.Codes.Length > _common.Length)
            {
                var seen = _common.Length;
                Array.Resize(ref _common, trial.Codes.Length);
                Array.Fill(_common, ConfigIndex.Absent, seen, _common.Length - seen);
            }

            for (var column = 0; column < _common.Length; column++)
            {
                if (_common[column] != ConfigIndex.CodeAt(trial.Codes, column))
                {
                    _common[column] = Mixed;
                }
            }
        }

        /// <summary>The code that all trials of the group have in a column; null when they differ.</summary>
        public int? Common(int column) => ConfigIndex.CodeAt(_common, column) is var code && code == Mixed ? null : code;
    }

    private sealed class CodesComparer : IEqualityComparer<int[]>
    {
        public static readonly CodesComparer Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] codes)
        {
            var hash = default(HashCode);
            foreach (var code in codes)
            {
                hash.Add(code);
            }

            return hash.ToHashCode();
        }
    }
}
