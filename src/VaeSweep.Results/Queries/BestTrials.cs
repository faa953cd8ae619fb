using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>The best single trials by a metric: `vaesweep query best`. Ranked among those whose values mean the same, as tables
/// rank rows.</summary>
public static class BestTrials
{
    /// <summary>As typed.</summary>
    public const string Name = "best";

    public const string Description = "The best trials by a metric (--metric, else test_nll), of each data set and likelihood: "
        + "--top, else 20.";

    public const int Top = 20;

    private static readonly Column[] _records =
    [
        new("sweep"), new("rank"), new("scope"), new("trial"), new("metric"), new("value"), new("samples"), new("seed"),
        new("epochs"), new("ended_early"), new("confirmed_by"), new("confirmed_mean"), new("config"),
    ];

    /// <param name="sweeps">Names; in the order in which equal values are to come.</param>
    /// <param name="top">Of each data set and likelihood.</param>
    /// <param name="format">Text and its like say what varies; formats for programs have whole configurations.</param>
    /// <returns>The table, and what a reader must know of what was left out; null where nothing was.</returns>
    public static async Task<(Table Table, string? Left)> ReadAsync(
        IResults results, IReadOnlyList<string> sweeps, Metric metric, int top, OutputFormat format,
        CancellationToken cancellationToken)
    {
        var (index, found) = (new ConfigIndex(), new List<Scored>());
        foreach (var sweep in sweeps)
        {
            var values = (await results.ScoresAsync(sweep, [metric], null, cancellationToken)).Metrics[0].ByTrial();
            var which = TrialFilter.WantedOf(sweep) with { State = TrialState.Succeeded };
            await foreach (var trial in
                results.TrialsAsync(which, TrialParts.Progress | TrialParts.Configuration, cancellationToken))
            {
                if (values.TryGetValue((trial.Point, trial.Seed), out var value) && !double.IsNaN(value.Value))
                    found.Add(new Scored(trial, value.Value, value.Samples, index.Add(trial.Config)));
            }
        }

        foreach (var point in found.Where(one => one.Trial.Round > 0).GroupBy(one => (one.Trial.Sweep, one.Trial.Point)))
        {
            var mean = point.Average(one => one.Value);
            foreach (var one in point)
                one.Confirmed = (point.Count(), mean);
        }

        var paths = Ranking.Paths(metric);
        var scopes = found.GroupBy(one => string.Join('\u0001', Scope(one)), StringComparer.Ordinal)
            .Select(group => Ranked(group, metric)).ToList();
        var names = Ranking.ScopeNames([.. scopes.Select(scope => Scope(scope[0].Trial))]);
        var shown = scopes.Zip(names)
            .SelectMany(scope => scope.First.Take(top).Select(one => (one.Trial, one.Rank, Scope: scope.Second))).ToList();
        var left = found.Count - shown.Count;
        return (
            format is OutputFormat.Json or OutputFormat.Jsonl or OutputFormat.Csv
                ? Whole(shown, metric) : Short(shown, metric, index, sweeps.Count > 1, scopes.Count > 1, found.Count),
            left == 0 ? null : string.Create(CultureInfo.InvariantCulture,
                $"the best {shown.Count:N0} of {found.Count:N0} "
                    + $"trials{(scopes.Count > 1 ? ", the best of each data set and likelihood" : "")}; --top shows more."));

        List<string> Scope(Scored one) =>
            [.. paths.Select(
                path => Ranking.Part(path, index.ColumnOf(path) is { } column
                    ? index.Value(column, ConfigIndex.CodeAt(one.Codes, column))?.Text ?? "" : ""))];
    }

    private static List<(Scored Trial, int Rank)> Ranked(IEnumerable<Scored> trials, Metric metric)
    {
        var sign = metric.Direction == Direction.Higher ? -1 : 1;
        var ranked = new List<(Scored Trial, int Rank)>();
        foreach (var one in trials.OrderByDescending(one => one.Confirmed is not null)
            .ThenBy(one => one.Confirmed is { Mean: var mean } ? sign * mean : 0)
            .ThenBy(one => sign * one.Value).ThenBy(one => one.Trial.Id, StringComparer.Ordinal))
        {
            var isTied = ranked is [.., var (before, _)] && before.Value.Equals(one.Value) && before.Confirmed == one.Confirmed;
            ranked.Add((one, isTied ? ranked[^1].Rank : ranked.Count + 1));
        }

        return ranked;
    }

    private static Table Whole(List<(Scored Trial, int Rank, string Scope)> shown, Metric metric) =>
        new(_records, [.. shown.Select(one => (IReadOnlyList<Cell>)
    [
        one.Trial.Trial.Sweep, one.Rank, one.Scope, one.Trial.Trial.Id, metric.Name, Cell.Of(one.Trial.Value),
        Cell.Of(one.Trial.Samples == ScoreColumn.NoEvaluation ? null : (long)one.Trial.Samples), one.Trial.Trial.Seed,
        one.Trial.Trial.EpochsDone,
        Cell.Of(one.Trial.EndedEarly), Cell.Of(one.Trial.Confirmed?.Seeds), Cell.Of(one.Trial.Confirmed?.Mean),
        new Cell(new RawJson(one.Trial.Trial.Config), one.Trial.Trial.Config),
    ])]);

    private static Table Short(List<(Scored Trial, int Rank, string Scope)> shown, Metric metric, ConfigIndex index, bool several,
        bool scoped, int all)
    {
        var varying = Enumerable.Range(0, index.Paths.Count).Where(column => index.Paths[column] != "seed"
            && shown.Select(one => ConfigIndex.CodeAt(one.Trial.Codes, column)).Distinct().Skip(1).Any()).ToList();
        var titles = ComparisonText.ShortNames([.. varying.Select(column => index.Paths[column])]);
        Column[] columns =
        [
            new("rank", Number: true), .. several
                ? [new("sweep")] : Array.Empty<Column>(), new("trial"), new(metric.Name, Number: true),
            .. varying.Select((column, i) => new Column(index.Paths[column], titles[i])), new("seed", Number: true, Optional: 1),
        ];
        var rows = shown.Select(one => (IReadOnlyList<Cell>)
        [
            one.Rank, .. several ? [one.Trial.Trial.Sweep] : Array.Empty<Cell>(), one.Trial.Trial.Id,
            new Cell(one.Trial.Value, one.Trial.Value.ToString("g7", CultureInfo.InvariantCulture)
                + (one.Trial.EndedEarly ? " §" : "")),
            .. varying.Select(column => index.Value(column, ConfigIndex.CodeAt(one.Trial.Codes, column))?.Text ?? "-")
                .Select(text => (Cell)text), one.Trial.Trial.Seed,
        ]);
        var notes = new List<string>();
        if (scoped)
        {
            notes.Add("ranks are within each "
                + $"of {string.Join("; ", shown.Select(one => one.Scope).Distinct(StringComparer.Ordinal))}: their values cannot "
                + "be held against each other");
        }

        if (shown.Exists(one => one.Trial.Confirmed is not null))
        {
            notes.Add("first those that confirm what a search has found, by the mean of their configuration: what it found "
                + "itself is the best of many, and so too good");
        }

        if (shown.Exists(one => one.Trial.EndedEarly))
            notes.Add("§ ended early: it had fewer epochs than its configuration asks");

        return new Table(
            columns, [.. rows], $"{metric.Name}{(metric.Explanation.Length > 0 ? $" ({metric.Explanation})" : "")} of single "
                + $"trials, {shown.Count} of {all}", notes);
    }

    private sealed record Scored(TrialRecord Trial, double Value, int Samples, int[] Codes)
    {
        /// <summary>The fresh seeds of its configuration and their mean; null unless it confirms what a search has
        /// found.</summary>
        public (int Seeds, double Mean)? Confirmed { get; set; }

        public bool EndedEarly { get; } = Completeness.EndedEarly(Trial.Config, Trial.EpochsDone);
    }
}
