using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>How far a scheduler let each configuration go: its value at every rung that it came to.</summary>
public static class RungLadder
{
    private const string EndedColor = "#9a9a9a";

    public static FigureKind Kind { get; } = new(
        "rungs", "how far a scheduler let each configuration go: its value at every rung that it came to, and who was ended "
            + "where", BuildAsync)
    {
        InReport = context => context.Definition.Scheduler is not null,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var metric = MetricCatalog.Get(context.Definition.Search.Metric);
        var points = (await SearchedPoint.ReadAsync(context, metric, cancellationToken)).Where(point => point.Values.Count > 0)
            .ToList();
        var rungs = await RungsAsync(context, points, cancellationToken);
        if (rungs.Count < 2)
        {
            throw new ResultsException($"no scheduler has decided about trials of '{context.Sweep}': `scheduler` in the sweep "
                + "file names one, and its first rung has to be reached.");
        }

        var groups = context.Options.By is { Count: > 0 } by ? context.Trials.Group(by) : null;
        var marks = new List<Mark>();
        foreach (var point in points.OrderBy(one => one.IsWhole).ThenBy(one => one.Number))
        {
            var places = rungs.Index()
                .Where(rung => rung.Item <= point.Values.Count && double.IsFinite(ValueAt(point, rung.Item))).ToList();
            if (places.Count == 0)
                continue;
            var group = groups?.FirstOrDefault(one => one.Trials.Contains(point.Trials[0]));
            var fate = point.IsWhole ? "trained to the end" : point.IsEnded ? "ended early" : "under way";
            marks.Add(new LineMark(
                group?.Label ?? fate,
                group?.Color ?? (point.IsWhole ? Palette.Category(0) : point.IsEnded ? EndedColor : Palette.Category(1)),
                [.. places.Select(rung => (double)rung.Index)], [.. places.Select(rung => ValueAt(point, rung.Item))])
            {
                Width = point.IsWhole ? 1.8 : 0.8, Dots = true,
            });
        }

        if (groups is not null)
            marks = InOrder(marks, [.. groups.Select(group => group.Label)]);
        var (min, max, beyond) = SearchedPoint.Axis(metric, [.. marks.OfType<LineMark>().SelectMany(line => line.Y)]);
        var (whole, ended) = (points.Count(point => point.IsWhole), points.Count(point => point.IsEnded));
        return new Figure(
            "rungs", $"{context.Sweep}: {LearningCurves.Label(metric)} at the rungs of its scheduler",
            [
                new Chart(
                    "",
                    new ChartAxis("epochs (configurations that came so far)")
                    {
                        Categories = [.. rungs.Select(rung => $"{rung} ({points.Count(point => point.Values.Count >= rung)})")],
                    },
                    new ChartAxis(LearningCurves.Label(metric), metric.Unit) { Min = min, Max = max }, marks) { Aspect = 1.6 },
            ],
            [
                $"n = {Numbered.Of(points.Count, "configuration")}, each the mean over its seeds; {ended} "
                    + $"{Numbered.Were(ended)} ended early, {whole} {Numbered.Were(whole)} trained to the end (strong lines).",
                .. beyond > 0 ? new[] { $"{beyond} {(beyond == 1 ? "value lies" : "values lie")} beyond the axis." } : [],
            ])
        {
            LegendTitle = context.Options.By is [var path] ? SweepTrials.Spoken([path])[0] : "",
        };
    }

    /// <summary>A legend names groups in the order of their first lines: one of each is drawn before all others.</summary>
    internal static List<Mark> InOrder(List<Mark> marks, IReadOnlyList<string> names) =>
        [.. names.Select(name => marks.Find(one => one.Name == name)).OfType<Mark>().Union(marks)];

    private static double ValueAt(SearchedPoint point, int epochs) =>
        point.Values.Take(epochs).LastOrDefault(double.IsFinite, double.NaN);

    /// <summary>Epochs at which configurations were sent on or ended, and a whole trial's.</summary>
    private static async Task<IReadOnlyList<int>> RungsAsync(
        FigureContext context, IReadOnlyList<SearchedPoint> points, CancellationToken cancellationToken)
    {
        var rungs = new SortedSet<int>();
        await foreach (var one in context.Store.Results.EventsAsync(TrialFilter.WantedOf(context.Sweep), cancellationToken))
        {
            if (one is { Event: Ledger.Promoted or Ledger.Ended, Epoch: > 0 })
                rungs.Add(one.Epoch);
        }

        if (rungs.Count > 0)
            rungs.UnionWith(points.Where(point => point.IsWhole).Select(point => point.Values.Count));
        return [.. rungs];
    }
}
