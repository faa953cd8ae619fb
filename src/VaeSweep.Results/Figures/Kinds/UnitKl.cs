namespace VaeSweep.Results.Figures;

/// <summary>KL divergence of every latent unit by epoch, a panel a stochastic layer.</summary>
public static class UnitKl
{
    private const double Floor = 1e-4;

    public static FigureKind Kind { get; } = new(
        "unit-kl", "log KL divergence, latent unit by epoch, a panel a model and stochastic layer (Sønderby et al. 2016, "
            + "figure 4)", BuildAsync) { InReport = _ => true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var chosen = UnitPanels.Chosen(context);
        var models = new List<(string Title, FigureTrial Trial, IReadOnlyList<UnitCurves> Layers)>();
        foreach (var (trial, title) in chosen)
        {
            var layers = await UnitReader.ReadAsync(context.Store.Results, context.Sweep, trial.Id, cancellationToken);
            if (layers.Count > 0 && models.Count < context.Options.MaxPanels)
                models.Add((title, trial, layers));
        }

        if (models.Count == 0)
        {
            throw new ResultsException($"sweep '{context.Sweep}' has not measured its units by epoch: evaluate.every says "
                + "how often.");
        }

        var scale = ColorScale.Over(
            "log10 KL", "nats", models.SelectMany(m => m.Layers).SelectMany(l => l.Kl.Cast<double>()).Select(Shade));
        var deepest = models.Max(m => m.Layers.Count);
        var panels = new List<Panel>();
        foreach (var (title, _, layers) in models)
        {
            for (var layer = 0; layer < layers.Count; layer++)
            {
                var units = layers[layer];
                var order = UnitPanels.Order(units.Kl, units.Epochs.Count - 1);
                double[] rows = [.. Enumerable.Range(0, units.Units + 1).Select(i => i + 0.5)];
                panels.Add(
                    new Chart(deepest > 1 ? $"{title}, layer {layer + 1}" : title, new ChartAxis("epoch") { Whole = true },
                        new ChartAxis("latent unit") { Whole = true },
                        [new HeatMark(UnitPanels.Edges(units.Epochs), rows, UnitPanels.Cells(units.Kl, order, Shade))])
                {
                    Scale = scale,
                });
            }
        }

        return new Figure(
            "unit-kl", $"{context.Sweep}: KL divergence of latent units from the prior", panels,
            [.. UnitPanels.Notes(context, [.. models.Select(m => m.Trial)], chosen.Count),
                "KL: nats an image, averaged over test images. Units in the order of their KL at the last measured epoch, the "
                    + "largest at the bottom; layer 1 is the data's side."])
        {
            Columns = deepest > 1 && models.TrueForAll(m => m.Layers.Count == deepest) ? Math.Min(deepest, 5) : panels.Count == 1
                ? 1 : 2,
        };
    }

    private static double Shade(double kl) => Math.Log10(Math.Max(kl, Floor));
}
