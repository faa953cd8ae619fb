using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>All trials of a sweep as they stood at one moment, with their settings and scores: to be filtered, sorted and shown
/// some at a time.</summary>
public sealed class TrialList
{
    private readonly ConfigIndex _index;
    private readonly Entry[] _entries;

    private TrialList(ConfigIndex index, IReadOnlyList<string> paths, Metric metric, Entry[] entries) =>
        (_index, Paths, Metric, _entries) = (index, paths, metric, entries);

    /// <summary>Whose values a row has, in this order.</summary>
    public IReadOnlyList<string> Paths { get; }

    public Metric Metric { get; }

    public int Count => _entries.Length;

    /// <param name="paths">To show.</param>
    public static async Task<TrialList> LoadAsync(
        IResults results, string sweep, IReadOnlyList<string> paths, Metric metric, CancellationToken cancellationToken)
    {
        var scores = (await results.ScoresAsync(sweep, [metric], null, cancellationToken)).Metrics[0].ByTrial();
        var trials = await results.TrialsAsync(
            TrialFilter.AllOf(sweep), TrialParts.Progress | TrialParts.Outcome | TrialParts.Worker, cancellationToken)
            .ToListAsync(cancellationToken);
        var points = await results.PointsAsync(sweep, cancellationToken);
        var index = new ConfigIndex();
        var codes = Codes(points, index);
        var axes = paths.Select(path => Axis.Of(path, index)).ToList();
        var settings = codes.ToDictionary(
            one => one.Key, one => axes.Select(axis => axis.ValueOf(one.Value)).ToArray());
        return new TrialList(index, paths, metric, [.. trials.Select(trial => new Entry(
            trial, codes.GetValueOrDefault(trial.Point, []),
            settings.GetValueOrDefault(trial.Point, new SettingValue?[paths.Count]),
            scores.TryGetValue((trial.Point, trial.Seed), out var score) ? score.Value : double.NaN))]);
    }

    /// <summary>Some of the trials, and how many there are.</summary>
    /// <exception cref="ResultsException">There is no such path or column.</exception>
    public TrialPage Page(TrialListing asked)
    {
        var chosen = Chosen(asked);
        var states = chosen.CountBy(one => one.Trial.State).ToDictionary();
        var shown = asked.States.Count == 0 ? chosen : chosen.FindAll(one => asked.States.Contains(one.Trial.State));
        var ordered = Ordered(shown, asked.Sort ?? "index");
        return new TrialPage(
            Count, shown.Count, states,
            [.. ordered.Skip(asked.Offset).Take(asked.Limit).Select(one => new TrialRow(one.Trial, one.Settings, one.Score))]);
    }

    private List<Entry> Chosen(TrialListing asked)
    {
        var wanted = asked.Where.Select(one =>
            (Axis: one.Key == "seed" ? null : Axis.ToChooseBy(one.Key, _index), Filter: new ValueFilter(one.Value))).ToList();
        return [.. _entries.Where(entry => (asked.Find.Length == 0
                || entry.Trial.Id.StartsWith(asked.Find, StringComparison.Ordinal))
            && wanted.TrueForAll(one => one.Filter.Holds(
                one.Axis is null ? new SettingValue(entry.Trial.Seed.ToString()) : one.Axis.ValueOf(entry.Codes))))];
    }

    private IEnumerable<Entry> Ordered(List<Entry> entries, string sort)
    {
        var (name, falls) = sort.StartsWith('-') ? (sort[1..], true) : (sort, false);
        if (name == "trial")
            return By(entries, one => one.Trial.Id, StringComparer.Ordinal, falls);
        if (name == "device")
            return By(entries, one => one.Trial.Device ?? "", StringComparer.Ordinal, falls);
        Func<Entry, double>? number = name switch
        {
            "index" => one => one.Trial.Index,
            "seed" => one => one.Trial.Seed,
            "state" => one => (int)one.Trial.State,
            "epochs" => one => one.Trial.EpochsDone,
            "seconds" => one => one.Trial.Seconds,
            "attempts" => one => one.Trial.Attempts,
            "value" => one => one.Score,
            "finished" => one => one.Trial.FinishedAt?.UtcTicks ?? double.NaN,
            _ => null,
        };
        if (number is not null)
        {
            // What is not there comes last, whichever way.
            return By([.. entries.Where(one => !double.IsNaN(number(one)))], number, Comparer<double>.Default, falls)
                .Concat(entries.Where(one => double.IsNaN(number(one))).OrderBy(one => one.Trial.Index));
        }

        var axis = Axis.ToChooseBy(name, _index);
        return By([.. entries.Where(one => axis.ValueOf(one.Codes) is not null)], one => axis.ValueOf(one.Codes),
            Comparer<SettingValue?>.Create(SettingValue.Compare), falls)
            .Concat(entries.Where(one => axis.ValueOf(one.Codes) is null).OrderBy(one => one.Trial.Index));
    }

    private static IEnumerable<Entry> By<T>(
        IReadOnlyCollection<Entry> entries, Func<Entry, T> key, IComparer<T> comparer, bool falls) => (falls
            ? entries.OrderByDescending(key, comparer) : entries.OrderBy(key, comparer)).ThenBy(one => one.Trial.Index);

    private static Dictionary<long, int[]> Codes(IReadOnlyList<PointRecord> points, ConfigIndex index)
    {
        var bases = new Dictionary<PointBase, int[]>(ReferenceEqualityComparer.Instance);
        var codes = new Dictionary<long, int[]>(points.Count);
        foreach (var point in points)
        {
            if (!bases.TryGetValue(point.Base, out var known))
                bases.Add(point.Base, known = index.Add(point.Base.Config));
            codes[point.Key] = point.Key == point.Base.Key ? known : index.Add(known, point.Changes);
        }

        return codes;
    }

    private sealed record Entry(TrialRecord Trial, int[] Codes, SettingValue?[] Settings, double Score);
}

/// <summary>Which trials are to be shown, and in which order.</summary>
public sealed record TrialListing
{
    public int Offset { get; init; }

    public int Limit { get; init; } = 100;

    /// <summary>trial, index, seed, state, epochs, seconds, attempts, value, device, finished, or a configuration path; with -
    /// the largest first. What has no value comes last, ties by index.</summary>
    public string? Sort { get; init; }

    /// <summary>Only trials with these values.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Empty: of all.</summary>
    public IReadOnlyCollection<TrialState> States { get; init; } = [];

    /// <summary>The start of an id.</summary>
    public string Find { get; init; } = "";
}

/// <summary>Some trials of a sweep.</summary>
/// <param name="Total">Of the sweep.</param>
/// <param name="Matching">That were asked for, shown or not.</param>
/// <param name="States">How many stand where, of those that were asked for in whatever state.</param>
public sealed record TrialPage(
    int Total, int Matching, IReadOnlyDictionary<TrialState, int> States, IReadOnlyList<TrialRow> Rows);

/// <summary>One of them.</summary>
/// <param name="Settings">One for each of <see cref="TrialList.Paths"/>.</param>
/// <param name="Score">NaN without one.</param>
public sealed record TrialRow(TrialRecord Trial, IReadOnlyList<SettingValue?> Settings, double Score);
