using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Metrics by epoch or training time, a line a group, a band over its seeds.</summary>
public static class LearningCurves
{
    /// <summary>More lines than this are not told apart: then quantiles of all groups are shown.</summary>
    private const int MostLines = 20;
    private const int TimePoints = 200;

    /// <summary>Bands over each other darken: more than these would bury the lines.</summary>
    private const int MostStrongBands = 6;
    private const double FaintBand = 0.06;

    public static FigureKind Kind { get; } = new(
        "curves", "training and test curves by epoch or time with bands over seeds, overlaid by any parameter (Bettencourt and "
            + "Craddock, figures 2.1 to 2.5)", BuildAsync)
    {
        InReport = _ => true,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var metrics = context.Options.Metrics is { Count: > 0 } asked ? asked.Select(MetricCatalog.Get).ToList() : null;
        var figure = await OfAsync(context, metrics, "curves", cancellationToken);
        return figure ?? throw new ResultsException($"sweep '{context.Sweep}' has no epochs with {Names(metrics)} yet.");

        static string Names(List<Metric>? metrics) => metrics is null
            ? "an ELBO" : string.Join(", ", metrics.Select(m => m.Name));
    }

    /// <returns>Null when no trial has a value.</returns>
    internal static async Task<Figure?> OfAsync(
        FigureContext context, IReadOnlyList<Metric>? asked, string kind, CancellationToken cancellationToken)
    {
        var byTime = context.Options.X switch
        {
            null or "epoch" => false,
            "time" => true,
            var other => throw new ResultsException(
                $"learning curves go by epoch or time, not by '{other}'. The figure `against` takes a configuration path."),
        };
        var metrics = asked ?? [.. new[] { "train_elbo", "test_elbo", "valid_elbo" }.Select(MetricCatalog.Get)];
        if (metrics.FirstOrDefault(m => m.Curve is null) is { } single)
        {
            throw new ResultsException($"'{single.Name}' is measured once, at the end, not every epoch. By epoch there "
                + $"are: {string.Join(", ", MetricList.Curves.Select(m => m.Name))}.");
        }

        var columns = metrics.Select(m => m.Name).ToList();
        var curves = await CurveReader.ReadAsync(
            context.Store.Results, context.Sweep, context.Trials.Trials, [.. columns, "seconds"], cancellationToken);
        var measured = Enumerable.Range(0, metrics.Count).Where(c => curves.Values.Any(t => t.Columns[c].Any(double.IsFinite)))
            .ToList();
        if (asked is null && measured.Contains(1))
        {
            // Validation is for choosing, the test curve is what a paper shows: both would say the same twice.
            measured.Remove(2);
        }

        if (measured.Count == 0)
            return null;

        var scopes = context.Trials.Scopes(metrics[measured[0]]);
        var by = context.Without(scopes.Select(s => s.Trials), context.By);
        var facets = (context.Options.Facet is { } facet
            ? context.Trials.Group([facet]) : [new TrialGroup([], "", Palette.Ink, context.Trials.Trials)])
            .SelectMany(part => scopes.Select(scope => (Part: part, Scope: scope.Name, In: scope.Trials.Trials.ToHashSet())));
        var groups = context.Trials.Group(by);
        var notes = new CurveNotes(context.Options.Spread);
        var panels = new List<Panel>();
        foreach (var (part, scope, inScope) in facets)
        {
            var inPart = part.Trials.Where(inScope.Contains).ToHashSet();
            var lines = groups.Select(g =>
                g with { Trials = notes.Shown(g.Trials.Where(inPart.Contains).Where(t => curves.ContainsKey(t.Id))) })
                .Where(g => g.Trials.Count > 0).ToList();
            if (lines.Count == 0)
                continue;

            foreach (var family in measured.GroupBy(c => Family(metrics[c])))
            {
                var marks = new List<Mark>();
                foreach (var c in family)
                {
                    var dashed = family.Count() > 1 && metrics[c].Name.StartsWith("train_", StringComparison.Ordinal);
                    marks.AddRange(lines.Count > MostLines
                        ? Quantiles(lines, curves, c, byTime, columns.Count, dashed)
                        : lines.SelectMany(g => Lines(g, curves, c, byTime, columns.Count, dashed, context.Options.Spread))
                            .Select(mark => lines.Count > MostStrongBands && mark is BandMark band
                                ? band with { Opacity = FaintBand } : mark));
                }

                var first = metrics[family.First()];
                var title = string.Join(", ",
                    new[] { part.Label.Length > 0
                        ? $"{SweepTrials.Spoken([context.Options.Facet!])[0]} = {part.Label}" : "", scope,
                        measured.GroupBy(m => Family(metrics[m])).Skip(1).Any() ? Label(first) : "" }.Where(t => t.Length > 0));
                var (min, max) = first.Curve is { Whole: true } ? (0, double.NaN) : notes.Bounds(marks);
                panels.Add(
                    new Chart(title, XAxis(byTime, curves),
                        new ChartAxis(Label(first, family.Count() > 1), first.Unit) { Whole = first.Curve is { Whole: true },
                            Min = min, Max = Nothing(marks) ? 1 : max }, [.. marks.OrderBy(m => m is BandMark ? 0 : 1)]));
            }

            if (lines.Count > MostLines)
                notes.Quantiles(lines.Count);
        }

        var styles = measured.GroupBy(c => Family(metrics[c])).Any(f => f.Count() > 1)
            ? new[] { "Solid: " + string.Join(
                ", ", measured.Where(c => !metrics[c].Name.StartsWith("train_", StringComparison.Ordinal))
                    .Select(c => Images(metrics[c]))) + " images; dashed: training images." }
            : [];
        return new Figure(
            kind,
            $"{context.Sweep}: {string.Join(" and ", measured.Select(c => Label(metrics[c])).Distinct(StringComparer.Ordinal))} "
                + $"by {(byTime ? "training time" : "epoch")}", panels, [.. styles, .. notes.Lines()])
        {
            LegendTitle = by.Count == 1 ? SweepTrials.Spoken(by)[0] : "",
        };
    }

    /// <summary>Counts that are all zero: an axis of one tick would show nothing of it.</summary>
    private static bool Nothing(IEnumerable<Mark> marks) => marks.OfType<LineMark>().SelectMany(line => line.Y).All(y => y == 0);

    private static IEnumerable<Mark> Lines(
        TrialGroup group, IReadOnlyDictionary<string, TrialCurves> curves, int column, bool byTime, int timeColumn, bool dashed,
        Spread spread)
    {
        var (x, values) = Aligned(group.Trials, curves, column, byTime, timeColumn);
        // Seeds take different times: the line ends with the fastest, not in a jump.
        var band = SeedBand.Over(SeedBand.Seeds(group.Trials, values), spread, share: byTime ? 1 : 0.5);
        var kept = Enumerable.Range(0, x.Count).Where(i => double.IsFinite(band.Mean[i])).ToList();
        if (kept.Count == 0)
            yield break;

        // Values every tenth epoch are still one line.
        double[] Of(double[] all) => [.. kept.Select(i => all[i])];
        double[] places = [.. kept.Select(i => x[i])];
        yield return new BandMark(group.Label, group.Color, places, Of(band.Low), Of(band.High));
        yield return new LineMark(group.Label.Length > 0
            ? group.Label : "mean", group.Color, places, Of(band.Mean)) { Dashed = dashed, Dots = kept.Count == 1 };
    }

    /// <summary>Median and quantiles over the groups' means, and the group that ends best is left to other figures.</summary>
    private static IEnumerable<Mark> Quantiles(
        List<TrialGroup> groups, IReadOnlyDictionary<string, TrialCurves> curves, int column, bool byTime, int timeColumn,
        bool dashed)
    {
        var (x, values) = Aligned([.. groups.SelectMany(g => g.Trials)], curves, column, byTime, timeColumn);
        var (q05, q25, q50, q75, q95) =
            (new double[x.Count], new double[x.Count], new double[x.Count], new double[x.Count], new double[x.Count]);
        var sorted = new List<double>(values.Count);
        for (var i = 0; i < x.Count; i++)
        {
            sorted.Clear();
            foreach (var curve in values)
            {
                if (i < curve.Length && double.IsFinite(curve[i]))
                    sorted.Add(curve[i]);
            }

            sorted.Sort();
            (q05[i], q25[i], q50[i], q75[i], q95[i]) = 2 * sorted.Count < values.Count
                ? (double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)
                : (At(0.05), At(0.25), At(0.5), At(0.75), At(0.95));

            double At(double q) => sorted[(int)Math.Round(q * (sorted.Count - 1))];
        }

        var color = Palette.Category(dashed ? 1 : 0);
        var name = dashed ? "training" : "test";
        // Values every tenth epoch are still one line.
        var kept = Enumerable.Range(0, x.Count).Where(i => double.IsFinite(q50[i])).ToList();
        if (kept.Count == 0)
            yield break;
        double[] Of(double[] all) => [.. kept.Select(i => all[i])];
        double[] places = [.. kept.Select(i => x[i])];
        yield return new BandMark($"{name}: 5 % to 95 % of trials", color, places, Of(q05), Of(q95)) { Opacity = 0.12 };
        yield return new BandMark($"{name}: 25 % to 75 %", color, places, Of(q25), Of(q75)) { Opacity = 0.25 };
        yield return new LineMark($"{name}: median", color, places, Of(q50)) { Dashed = dashed, Dots = kept.Count == 1 };
    }

    /// <summary>Curves over common places: epochs, or a grid of times up to the slowest half's end, between epochs by straight
    /// lines.</summary>
    private static (IReadOnlyList<double> X, IReadOnlyList<double[]> Values) Aligned(
        IReadOnlyList<FigureTrial> trials, IReadOnlyDictionary<string, TrialCurves> curves, int column, bool byTime,
        int timeColumn)
    {
        var values = trials.Select(t => curves[t.Id].Columns[column]).ToList();
        if (!byTime)
            return ([.. Enumerable.Range(1, values.Max(v => v.Length)).Select(e => (double)e)], values);

        var times = trials.Select(t => Cumulative(curves[t.Id].Columns[timeColumn])).ToList();
        var end = times.Max(t => t[^1]);
        double[] grid = [.. Enumerable.Range(1, TimePoints).Select(i => end * i / TimePoints)];
        return (grid, [.. times.Zip(values, (t, v) => Array.ConvertAll(grid, at => Between(t, v, at)))]);
    }

    private static double[] Cumulative(double[] seconds)
    {
        var sum = 0.0;
        return Array.ConvertAll(seconds, s => sum += double.IsFinite(s) ? s : 0);
    }

    private static double Between(double[] times, double[] values, double at)
    {
        var i = Array.FindIndex(times, t => t >= at);
        return i < 0 ? double.NaN
            : i == 0 ? (times[0] <= at ? values[0] : double.NaN)
            : values[i - 1]
            + ((values[i] - values[i - 1]) * (at - times[i - 1]) / Math.Max(double.Epsilon, times[i] - times[i - 1]));
    }

    private static ChartAxis XAxis(bool byTime, IReadOnlyDictionary<string, TrialCurves> curves) =>
        byTime ? new ChartAxis("training time", "seconds")
            : new ChartAxis("epoch") { Whole = curves.Values.Any(c => c.Columns[0].Length > 1) };

    private static string Family(Metric metric) => metric.Name[(metric.Name.IndexOf('_') + 1)..] is var rest
        && metric.Name.StartsWith("active", StringComparison.Ordinal) ? metric.Name : rest;

    private static string Images(Metric metric) => metric.Name.StartsWith("test", StringComparison.Ordinal)
        ? "test" : metric.Name.StartsWith("valid", StringComparison.Ordinal) ? "validation" : metric.Name;

    internal static string Label(Metric metric, bool family = false)
    {
        var words = metric.Name.Replace("elbo", "ELBO").Replace("nll", "NLL").Replace("_kl", "_KL")
            .Replace("recon", "reconstruction").Split('_');
        var (split, rest) = words[0] is "train" or "test" or "valid"
            ? (words[0] switch { "train" => "training ", "valid" => "validation ", _ => "test " }, string.Join(' ', words[1..]))
            : ("", string.Join(' ', words));
        return metric.Label ?? (family ? rest : split + rest);
    }
}
