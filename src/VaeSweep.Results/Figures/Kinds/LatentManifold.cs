using MathNet.Numerics.Distributions;

namespace VaeSweep.Results.Figures;

/// <summary>What a model with two latent units decodes over a lattice through the quantiles of its prior.</summary>
public static class LatentManifold
{
    private const int Side = 20;
    private const int PriorSamples = 20_000;

    public static FigureKind Kind { get; } = new(
        "manifold", "images decoded on a lattice through the prior's quantiles, for two latent units (Bettencourt and Craddock, "
            + "figure 4.1)", BuildAsync)
    {
        NeedsModel = true,
        InReport = context => context.Trials.Trials.Any(t => HasTwo(context, t)),
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var side = context.Options.Images > 0 ? context.Options.Images : Side;
        var panels = new List<Panel>();
        if (!context.Trials.Trials.Any(t => HasTwo(context, t)))
        {
            throw new ResultsException("a manifold needs a model with two latent units in its only stochastic layer; "
                + $"'{context.Sweep}' has none. The figure `latents` shows others by PCA.");
        }

        var shown = await ModelPanels.EachAsync(context, t => HasTwo(context, t), (model, trial, title) =>
        {
            var prior = context.Trials.Setting(trial, "model.prior")?.Text;
            var standard = prior is null || PriorList.Find(prior) is { Standard: true };
            var samples = standard ? null : model.SampleCodes(PriorSamples, context.Options.Seed)[0];
            var (first, second) = (Quantiles(samples, 0, side), Quantiles(samples, 1, side));
            var codes = ModelPanels.Rows(
                side * side, 2, (row, unit) => unit == 0 ? first[row % side] : second[side - 1 - (row / side)]);
            panels.Add(new TileGrid(title, side, [.. ModelPanels.Tiles(model, model.Decode([codes]))])
            {
                XLabel = "z1, quantiles of the prior from left to right", YLabel = "z2, from below", Zoom = 1,
            });
        }, cancellationToken);
        return new Figure(
            "manifold", $"{context.Sweep}: latent manifold", panels,
            [
                .. ModelPanels.Notes(context, shown),
                $"Each image is decoded from z at the quantiles (i - 1/2) / {side} of the prior's marginals: of the normal "
                    + $"distribution, of {PriorSamples} samples for other priors.",
            ]) { Columns = panels.Count == 1 ? 1 : 2 };
    }

    private static bool HasTwo(FigureContext context, FigureTrial trial) =>
        context.Trials.Setting(trial, "model.latent")?.Text == "2";

    private static double[] Quantiles(float[]? samples, int unit, int count)
    {
        var sorted = samples?.Where((_, i) => i % 2 == unit).Order().ToList();
        return [.. Enumerable.Range(0, count).Select(i => (i + 0.5) / count)
            .Select(q => sorted is null ? Normal.InvCDF(0, 1, q) : sorted[(int)(q * sorted.Count)])];
    }
}
