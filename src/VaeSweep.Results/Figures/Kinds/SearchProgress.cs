using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>What a search found, and when: each configuration's value, and the best so far, by the order in which they were
/// proposed, by the epochs spent and by the time.</summary>
public static class SearchProgress
{
    private const string EndedColor = "#9a9a9a";

    public static FigureKind Kind { get; } = new(
        "search", "what a search found: the value of each configuration and the best so far, by their order, by epochs spent and "
            + "by time", BuildAsync)
    {
        InReport = context => context.Definition is { IsSearch: true } or { Method: not null },
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var metric = MetricCatalog.Get(context.Options.Metrics is [var asked, ..] ? asked : context.Definition.Search.Metric);
        if (metric.Curve is null || metric.Direction == Direction.None)
        {
            throw new ResultsException($"'{metric.Name}' is not reported with every epoch, or has no better end: the points of a "
                + "search are compared by one that is. `vaesweep table --metrics` lists them.");
        }

        var all = await SearchedPoint.ReadAsync(context, metric, cancellationToken);
        var points = all.Where(point => double.IsFinite(point.Last) && (point.IsWhole || point.IsEnded)).ToList();
        if (points.Count == 0)
            throw new ResultsException($"no configuration of '{context.Sweep}' has a {metric.Name} and an end yet.");
        var ends = await EndsAsync(context, cancellationToken);
        var groups = GroupsOf(context, points);
        var (min, max, beyond) = SearchedPoint.Axis(metric, points.ConvertAll(point => point.Last));
        var byTime = points.OrderBy(point => ends[point.Number - 1].At).ThenBy(point => point.Number).ToList();
        var (unit, seconds) = Unit(ends.Max(end => end.Seconds));
        List<Panel> panels =
        [
            Of(points, point => point.Number, new ChartAxis("configuration") { Whole = true }),
            Of(byTime, point => ends[point.Number - 1].Epochs, new ChartAxis("epochs spent, of all trials") { Min = 0 }),
        ];
        if (seconds > 0)
        {
            panels.Add(Of(
                byTime, point => ends[point.Number - 1].Seconds / seconds,
                new ChartAxis("time since the start", unit) { Min = 0 }));
        }

        var ended = points.Count(point => !point.IsWhole);
        var left = all.Count - points.Count;
        return new Figure(
            "search", $"{context.Sweep}: what the search found, {LearningCurves.Label(metric)}", panels,
            [
                $"n = {Numbered.Of(points.Count, "configuration")}, each the mean over its seeds at its last epoch. The "
                    + "line is the best so far of those trained to the end; being the best of many, it is too good.",
                .. ended > 0 ? new[] { $"{(groups.Count > 1 ? "Small" : "Grey")}: {ended} that {Numbered.Were(ended)} ended "
                    + $"early, with what {(ended == 1 ? "it" : "they")} had reached." } : [],
                .. beyond > 0 ? new[] { $"{beyond} {(beyond == 1 ? "lies" : "lie")} beyond the axis." } : [],
                .. left > 0 ? new[] { $"{left} {Numbered.Are(left)} left out: not at {(left == 1 ? "its end" : "their ends")} "
                    + "yet, failed, or without a value." } : [],
            ])
        {
            Columns = 3, LegendTitle = context.Options.By is [var path] ? SweepTrials.Spoken([path])[0] : "",
        };

        Chart Of(IReadOnlyList<SearchedPoint> order, Func<SearchedPoint, double> x, ChartAxis axis)
        {
            var marks = new List<Mark>();
            foreach (var group in groups)
            {
                var (whole, early) = (order.Where(point => point.IsWhole && group.Points.Contains(point)).ToList(),
                    order.Where(point => !point.IsWhole && group.Points.Contains(point)).ToList());
                if (whole.Count > 0)
                    marks.Add(Dots(group.Label, group.Color, whole));
                if (early.Count > 0)
                {
                    marks.Add((groups.Count > 1 ? Dots(whole.Count > 0 ? "" : group.Label, group.Color, early)
                        : Dots("ended early", EndedColor, early)) with { Radius = 2, Opacity = 0.6 });
                }
            }

            var (steps, values) = Best(order, x, metric);
            marks.Add(new LineMark("best so far", Palette.Ink, steps, values) { Dots = steps.Length == 1 });
            return new Chart(
                "", axis, new ChartAxis(LearningCurves.Label(metric), metric.Unit) { Min = min, Max = max }, marks);

            PointMark Dots(string name, string color, List<SearchedPoint> of) =>
                new(name, color, [.. of.Select(x)], [.. of.Select(point => point.Last)])
                {
                    Labels = [.. of.Select(point => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{point.Number}: {point.Last:0.###} after {Numbered.Of(point.Values.Count, "epoch")}"))],
                };
        }
    }

    /// <summary>The best so far as steps, from the first point that was trained to the end to the last point.</summary>
    private static (double[] X, double[] Y) Best(
        IReadOnlyList<SearchedPoint> order, Func<SearchedPoint, double> x, Metric metric)
    {
        var (steps, values) = (new List<double>(), new List<double>());
        foreach (var point in order.Where(one => one.IsWhole))
        {
            var isBetter = values.Count == 0 || (metric.Direction == Direction.Lower
                ? point.Last < values[^1] : point.Last > values[^1]);
            if (!isBetter)
                continue;
            if (values.Count > 0)
            {
                steps.Add(x(point));
                values.Add(values[^1]);
            }

            steps.Add(x(point));
            values.Add(point.Last);
        }

        if (values.Count > 0 && order.Count > 0 && x(order[^1]) > steps[^1])
        {
            steps.Add(x(order[^1]));
            values.Add(values[^1]);
        }

        return ([.. steps], [.. values]);
    }

    private static List<(string Label, string Color, HashSet<SearchedPoint> Points)> GroupsOf(
        FigureContext context, IReadOnlyList<SearchedPoint> points)
    {
        if (context.Options.By is not { Count: > 0 } by)
            return [("trained to the end", Palette.Category(0), [.. points])];
        var byTrial = points.SelectMany(point => point.Trials.Select(trial => (trial.Id, point)))
            .ToDictionary(one => one.Id, one => one.point, StringComparer.Ordinal);
        return
        [
            .. context.Trials.Group(by).Select(group => (group.Label, group.Color,
                group.Trials.Where(trial => byTrial.ContainsKey(trial.Id)).Select(trial => byTrial[trial.Id]).ToHashSet())),
        ];
    }

    /// <summary>For each point, by number: when its last attempt ended, in seconds since the first began, and the epochs that all
    /// trials had spent by then.</summary>
    private static async Task<List<(DateTimeOffset At, double Seconds, double Epochs)>> EndsAsync(
        FigureContext context, CancellationToken cancellationToken)
    {
        var attempts = new List<(string Trial, DateTimeOffset From, DateTimeOffset To, int Epochs)>();
        await foreach (var one in context.Store.Results.AttemptsAsync(TrialFilter.WantedOf(context.Sweep), cancellationToken))
        {
            if (one.EndedAt is { } to)
                attempts.Add((one.Trial, one.StartedAt, to, (one.ToEpoch ?? one.FromEpoch) - one.FromEpoch));
        }

        attempts.Sort((x, y) => x.To.CompareTo(y.To));
        var begin = attempts.Count == 0 ? DateTimeOffset.UnixEpoch : attempts.Min(one => one.From);
        var last = new Dictionary<string, (DateTimeOffset At, double Epochs)>(StringComparer.Ordinal);
        var spent = 0.0;
        foreach (var one in attempts)
            last[one.Trial] = (one.To, spent += one.Epochs);
        return
        [
            .. context.Trials.Trials.GroupBy(t => t.Point).OrderBy(point => point.Min(t => t.Index)).Select(point =>
            {
                var (at, epochs) = point.Select(t => last.GetValueOrDefault(t.Id)).Max();
                return (at, Math.Max(0, (at - begin).TotalSeconds), epochs);
            }),
        ];
    }

    private static (string Name, double Seconds) Unit(double longest) => longest switch
    {
        > 2 * 86_400 => ("days", 86_400),
        > 2 * 3_600 => ("hours", 3_600),
        > 2 * 60 => ("minutes", 60),
        > 0 => ("seconds", 1),
        _ => ("", 0),
    };
}
