using System.Globalization;

namespace VaeSweep.Results.Figures;

/// <summary>How the log-likelihood of single test images is distributed.</summary>
public static class LikelihoodHistograms
{
    private const int Shown = 500;
    private const int Bins = 40;

    public static FigureKind Kind { get; } = new("likelihoods", "histograms of single test images' log-likelihood by data set and prior (Bergentoft et al., figure 6)", BuildAsync) { NeedsModel = true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var count = context.Options.Images > 0 ? context.Options.Images : Shown;
        var found = new List<(string Panel, string Name, double[] Values, int Samples)>();
        var shown = await ModelPanels.EachAsync(context, _ => true, (model, trial, title) =>
        {
            var test = model.Images(count);
            var panel = context.Options.Facet is { } facet ? $"{facet} = {context.Trials.Setting(trial, facet)?.Text}" : test.Dataset;
            found.Add((panel, title, model.LogLikelihoods(test.Pixels, model.ImportanceSamples, context.Options.Seed), model.ImportanceSamples));
        }, cancellationToken);
        var names = found.Select(f => f.Name).Distinct(StringComparer.Ordinal).ToList();
        var panels = found.GroupBy(f => f.Panel, StringComparer.Ordinal).Select(g =>
        {
            var all = g.SelectMany(f => f.Values).Where(double.IsFinite).Order().ToList();
            var (low, high) = (all[0], all[^1]);
            double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => low + ((high - low) * i / Bins))];
            var marks = g.SelectMany(f =>
            {
                var color = Palette.Of(names.IndexOf(f.Name), names.Count, ordered: false);
                var heights = new double[Bins];
                foreach (var value in f.Values.Where(double.IsFinite))
                {
                    heights[Math.Clamp((int)((value - low) / Math.Max(double.Epsilon, high - low) * Bins), 0, Bins - 1)]++;
                }

                var mean = f.Values.Average();
                return new Mark[]
                {
                    new HistogramMark(f.Name, color, edges, heights),
                    new LineMark("", color, [mean, mean], [0, heights.Max()]) { Dashed = true },
                };
            });
            return (Panel)new Chart(g.Key, new ChartAxis("log-likelihood of an image", "nats"), new ChartAxis("test images"), [.. marks]);
        }).ToList();
        var means = found.Select(f => $"{f.Name}: {f.Values.Average().ToString("F2", CultureInfo.InvariantCulture)}");
        var samples = found.Select(f => f.Samples).Distinct().Order().ToList();
        return new Figure(
            "likelihoods", $"{context.Sweep}: log-likelihood of single test images", panels,
            [
                .. ModelPanels.Notes(context, shown),
                $"{found.Max(f => f.Values.Length)} test images, {string.Join(" or ", samples)} importance samples each, seed {context.Options.Seed}. Dashed: means ({string.Join("; ", means)} nats).",
            ]);
    }
}
