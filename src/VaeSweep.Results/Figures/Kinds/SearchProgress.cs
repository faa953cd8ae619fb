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
            Of(byTime, point => ends[point.Number - 1].Epochs, new ChartAxis("epochs spent, of all trials")),
        ];
        if (seconds > 0)
        {
            panels.Add(Of(
                byTime, point => ends[point.Number - 1].Seconds / seconds, new ChartAxis("time since the start", unit)));
        }

        var ended = points.Count(point => !point.IsWhole);
        var left = all.Count - points.Count;
        return new Figure(
            "search", $"{context.Sweep}: what the search found, {LearningCurves.Label(metric)}", panels,
            [
                $"n = {points.Count} configurations, each the mean over its seeds at its last epoch. The line is the best so far "
                    + "of those trained to the end; being the best of many, it is too good.",
                .. ended > 0 ? new[] { $"Grey: {ended} that were ended early, with what they had reached." } : [],
                .. beyond > 0 ? new[] { $"{beyond} lie beyond the axis." } : [],
                .. left > 0 ? new[] { $"{left} are left out: not at their ends yet, failed, or without a value." } : [],
            ])
        {
            Columns = 3, LegendTitle = context.Options.By is [var path] ? SweepTrials.Spoken([path])[0] : "",
        };

        Chart Of(IReadOnlyList<SearchedPoint> order, Func<SearchedPoint, double> x, ChartAxis axis)
        {
            var marks = new List<Mark>();
            var grey = order.Where(point => !point.IsWhole).ToList();
            if (grey.Count > 0)
                marks.Add(Dots("ended early", EndedColor, grey) with { Radius = 2.2, Opacity = 0.6 });
            foreach (var group in groups)
            {
                var whole = order.Where(point => point.IsWhole && group.Points.Contains(point)).ToList();
                if (whole.Count > 0)
                    marks.Add(Dots(group.Label, group.Color, whole));
            }

            var (steps, values) = Best(order, x, metric);
            marks.Add(new LineMark("best so far", Palette.Ink, steps, values) { Dots = steps.Length == 1 });
            return new Chart(
                "", axis, new ChartAxis(LearningCurves.Label(metric), metric.Unit) { Min = min, Max = max }, marks);

            PointMark Dots(string name, string color, List<SearchedPoint> of) =>
                new(name, color, [.. of.Select(x)], [.. of.Select(point => point.Last)])
                {
                    Labels = [.. of.Select(point => string.Create(
                        CultureInfo.InvariantCulture, $"{point.Number}: {point.Last:0.###} after {point.Values.Count} epochs"))],
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

    /// <summary>For each point, by number: when its last trial ended, in seconds since the first began, and the epochs that all
    /// trials had spent by then.</summary>
    private static async Task<List<(DateTimeOffset At, double Seconds, double Epochs)>> EndsAsync(
        FigureContext context, CancellationToken cancellationToken)
    {
        var times = new Dictionary<string, (DateTimeOffset? From, DateTimeOffset? To, int Epochs)>(StringComparer.Ordinal);
        await foreach (var trial in context.Store.Results.TrialsAsync(
            TrialFilter.WantedOf(context.Sweep), TrialParts.Progress | TrialParts.Outcome, cancellationToken))
        {
            times[trial.Id] = (trial.StartedAt, trial.FinishedAt, trial.EpochsDone);
        }

        var begin = times.Values.Min(one => one.From) ?? DateTimeOffset.UnixEpoch;
        var finished = context.Trials.Trials.Select(t => times[t.Id]).Where(one => one.To is not null).OrderBy(one => one.To)
            .ToList();
        var spent = new List<double>();
        foreach (var one in finished)
            spent.Add((spent.Count > 0 ? spent[^1] : 0) + one.Epochs);
        return
        [
            .. context.Trials.Trials.GroupBy(t => t.Point).OrderBy(point => point.Min(t => t.Index)).Select(point =>
            {
                var at = point.Max(t => times[t.Id].To) ?? DateTimeOffset.MaxValue;
                var last = finished.FindLastIndex(one => one.To <= at);
                return (at, at == DateTimeOffset.MaxValue ? double.NaN : (at - begin).TotalSeconds, last < 0 ? 0 : spent[last]);
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
