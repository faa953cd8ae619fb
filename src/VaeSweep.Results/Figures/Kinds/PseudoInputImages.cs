namespace VaeSweep.Results.Figures;

/// <summary>The pseudo-inputs of models with a VampPrior.</summary>
public static class PseudoInputImages
{
    private const int Shown = 50;
    private const int AcrossAtMost = 10;

    public static FigureKind Kind { get; } =
        new("pseudo-inputs", "pseudo-inputs of VampPriors as images (Bergentoft et al., figure 7)", BuildAsync)
    {
        NeedsModel = true,
        InReport = context => context.Trials.Trials.Any(t => HasThem(context, t)),
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        if (!context.Trials.Trials.Any(t => HasThem(context, t)))
        {
            throw new ResultsException($"no trial of '{context.Sweep}' has a VampPrior (model.prior: vampprior or "
                + "vampprior_data).");
        }

        var count = context.Options.Images > 0 ? context.Options.Images : Shown;
        var panels = new List<Panel>();
        var shown = await ModelPanels.EachAsync(context, t => HasThem(context, t), (model, _, title) =>
        {
            var pixels = model.PseudoInputs() ?? throw new ResultsException($"{title}: the model has no pseudo-inputs.");
            // Early in training they are faint: what is to be seen is their shapes.
            var brightest = Math.Max(pixels.Max(), float.Epsilon);
            var tiles = ModelPanels.Tiles(model, Array.ConvertAll(pixels, p => p / brightest)).ToList();
            panels.Add(
                new TileGrid($"{title}: {Math.Min(count, tiles.Count)} of {tiles.Count}", Math.Min(AcrossAtMost, count),
                    [.. tiles.Take(count)]));
        }, cancellationToken);
        return new Figure("pseudo-inputs", $"{context.Sweep}: pseudo-inputs", panels,
            [.. ModelPanels.Notes(context, shown),
                "The first ones, none picked; the brightest pixel of each model's is white."]) { Columns = panels.Count == 1
                    ? 1 : 2 };
    }

    private static bool HasThem(FigureContext context, FigureTrial trial) =>
        context.Trials.Setting(trial, "model.prior")?.Text is { } prior && PriorList.Find(prior) is { OfEncoder: true };
}
