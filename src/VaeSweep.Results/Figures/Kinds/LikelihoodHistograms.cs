using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>How the log-likelihood of single test images is distributed.</summary>
/// <remarks>From what the trials have kept of their evaluation; nothing is computed anew.</remarks>
public static class LikelihoodHistograms
{
    private const string Dataset = "dataset.name";
    private const string Prior = "model.prior";
    private const string Measured = "test_nll";
    private const int Bins = 40;
    private const int MostOverlaid = 3;
    private const int MostListed = 6;

    public static FigureKind Kind { get; } = new(
        "likelihoods", "histograms of single test images' log-likelihood by data set and prior (Bergentoft et al., figure 6)",
        BuildAsync)
    {
        InReport = context => context.Trials.Trials.Any(t =>
            context.Trials.Setting(t, "evaluate.metrics")?.Json.Contains($"\"{Measured}\"", StringComparison.Ordinal) == true),
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var kept = await ImageLikelihoods.FindAsync(
            context.Store.Results, context.Sweep, context.Options.Metrics?[0], cancellationToken);
        var facet = context.Options.Facet ?? Dataset;
        var found = new List<Group>();
        var missing = 0;
        var parts = facet == Dataset
            ? context.Trials.Scopes(MetricCatalog.Get(Measured)).Select(s => (Title: s.Name, s.Trials.Trials))
            : context.Trials.Group([facet]).Select(g => (Title: $"{SweepTrials.Spoken([facet])[0]} {g.Label}", g.Trials));
        var by = By(context, facet);
        if (facet == Dataset)
            by = [.. context.Without(context.Trials.Scopes(MetricCatalog.Get(Measured)).Select(s => s.Trials), by)];

        foreach (var (title, own) in parts)
        {
            var panel = own.ToHashSet();
            foreach (var group in context.Trials.Group(by))
            {
                var values = new List<ImageLikelihoods>();
                foreach (var trial in group.Trials.Where(t => t.State == TrialState.Succeeded && panel.Contains(t)))
                {
                    var read = kept.TryGetValue(trial.Id, out var file)
                        ? await ImageLikelihoods.ReadAsync(file, cancellationToken) : null;
                    missing += read is null ? 1 : 0;
                    values.AddRange(read is null ? [] : [read]);
                }

                if (values.Count > 0)
                    found.Add(new Group(title, group.Label, values));
            }
        }

        if (found.Count == 0)
        {
            throw new ResultsException($"no finished trial of '{context.Sweep}' has kept the log-likelihoods of single images. "
                + $"Trials that measure {Measured} keep them; their files must be on this machine or in the store.");
        }

        // More would hide each other.
        var fewer = found.GroupBy(f => f.Panel, StringComparer.Ordinal)
            .SelectMany(panel => panel.OrderByDescending(f => f.Mean).Take(context.Options.MaxPanels)).ToHashSet();
        return Draw(context, by, found.FindAll(fewer.Contains), missing, found.Count - fewer.Count);
    }

    /// <summary>As asked; else the priors, if there are several, as in the paper; else what the sweep compares.</summary>
    private static List<string> By(FigureContext context, string facet)
    {
        var by = context.Options.By ?? (context.Trials.Varying.Contains(Prior) ? [Prior] : context.By);
        return [.. by.Where(path => path != facet)];
    }

    private static Figure Draw(FigureContext context, List<string> by, List<Group> found, int missing, int more)
    {
        var names = found.Select(f => f.Name).Distinct(StringComparer.Ordinal).ToList();
        // More than a few in one chart hide each other: each has its own, over the same axis.
        var apart = found.GroupBy(f => f.Panel, StringComparer.Ordinal).Any(g => g.Count() > MostOverlaid);
        var panels = found.GroupBy(f => apart ? $"{f.Panel}\n{f.Name}" : f.Panel, StringComparer.Ordinal).Select(g =>
        {
            var shared = found.Where(f => f.Panel == g.First().Panel).SelectMany(f => f.Finite).ToList();
            var (low, high) = (shared.Min(), shared.Max());
            double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => low + ((high - low) * i / Bins))];
            var marks = g.SelectMany(f =>
            {
                var color = Palette.Of(names.IndexOf(f.Name), names.Count, ordered: false);
                var heights = new double[Bins];
                foreach (var value in f.Finite)
                {
                    heights[Math.Clamp((int)((value - low) / Math.Max(double.Epsilon, high - low) * Bins), 0, Bins - 1)] += 1.0
                        / f.Trials.Count;
                }

                return new Mark[]
                {
                    new HistogramMark(apart ? "" : f.Name, color, edges, heights),
                    new LineMark("", color, [f.Mean, f.Mean], [0, heights.Max()]) { Dashed = true },
                };
            });
            var seeds = g.Max(f => f.Trials.Count);
            // Without a legend nothing else says what the value is of.
            var own = !apart ? "" : by.Count == 1 ? $"{SweepTrials.Spoken(by)[0]} {g.First().Name}" : g.First().Name;
            var title = string.Join(", ", new[] { g.First().Panel, own }.Where(t => t.Length > 0));
            return (Panel)new Chart(title,
                new ChartAxis("log-likelihood of an image", "nats") { Min = apart ? low : double.NaN, Max = apart
                    ? high : double.NaN }, new ChartAxis(seeds > 1 ? "test images, mean over trials" : "test images"),
                    [.. marks]);
        }).ToList();
        return new Figure("likelihoods", $"{context.Sweep}: log-likelihood of single test images", panels,
            [.. Notes(found, missing, more)])
        {
            LegendTitle = apart ? "" : string.Join(", ", SweepTrials.Spoken(by)),
        };
    }

    private static IEnumerable<string> Notes(List<Group> found, int missing, int more)
    {
        yield return $"n = {Span(found.Select(f => f.Trials.Count), "trial")} a histogram, "
            + $"{Span(found.Select(f => f.Trials[0].Values.Length), "test image")} each, "
            + $"{Span(found.SelectMany(f => f.Trials).Select(t => (int)t.Samples), "importance sample")}; as measured at the "
            + "end of training.";
        var panels = found.Exists(f => f.Panel != found[0].Panel);
        var means = found.Select(f =>
            $"{(panels ? f.Panel + ", " : "")}{f.Name}: {f.Mean.ToString("F2", CultureInfo.InvariantCulture)}");
        yield return found.Count > MostListed ? "Dashed: means." : $"Dashed: means ({string.Join("; ", means)} nats).";
        if (more > 0)
        {
            yield return $"Of {found.Count + more} histograms those with the highest means are shown; --by, --where and --max "
                + "choose others.";
        }

        if (missing > 0)
        {
            yield return $"Left out: {Numbered.Of(missing, "finished trial")} without kept values of "
                + "single images.";
        }
    }

    private static string Span(IEnumerable<int> values, string what)
    {
        var all = values.Distinct().Order().ToList();
        return all.Count == 1 ? Numbered.Of(all[0], what) : $"{all[0]} to {Numbered.Of(all[^1], what)}";
    }

    private sealed record Group(string Panel, string Name, IReadOnlyList<ImageLikelihoods> Trials)
    {
        public IEnumerable<double> Finite => Trials.SelectMany(t => t.Values).Where(float.IsFinite).Select(v => (double)v);

        public double Mean => Finite.Average();
    }
}
