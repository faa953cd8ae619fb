namespace VaeSweep.Results.Figures;

/// <summary>Log activity of every latent unit by epoch, as shades.</summary>
public static class ActivityMap
{
    /// <summary>Below, a unit is dead: its shade would only stretch the scale.</summary>
    private const double Floor = 1e-4;

    public static FigureKind Kind { get; } = new(
        "activity-map", "log activity, latent unit by epoch, units sorted by activity (Bettencourt and Craddock, figure 3.3)",
        BuildAsync) { InReport = _ => true };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var chosen = UnitPanels.Chosen(context);
        var parts = new List<(string Title, UnitCurves Units, FigureTrial Trial)>();
        foreach (var (trial, title) in chosen)
        {
            if (parts.Select(p => p.Trial).Distinct().Count() == context.Options.MaxPanels)
                break;

            var layers = await UnitReader.ReadAsync(context.Store.Results, context.Sweep, trial.Id, cancellationToken);
            parts.AddRange(layers.Select((units, i) =>
                (Title: layers.Count > 1 ? $"{title}, layer {i + 1}" : title, units, trial, Layer: i + 1))
                .Where(p => context.Options.Layer == 0 || p.Layer == context.Options.Layer)
                .Select(p => (p.Title, p.units, p.trial)));
        }

        if (parts.Count == 0)
        {
            throw new ResultsException($"sweep '{context.Sweep}' has not measured its units by epoch: evaluate.every says "
                + "how often.");
        }

        var scale = ColorScale.Over("log10 activity", "", parts.SelectMany(p => p.Units.Activity.Cast<double>()).Select(Shade));
        var panels = parts.Select(p =>
        {
            var (units, epochs) = (p.Units, p.Units.Epochs);
            var order = UnitPanels.Order(units.Activity, context.Options.SortByLast ? epochs.Count - 1 : 0);
            double[] rows = [.. Enumerable.Range(0, units.Units + 1).Select(i => i + 0.5)];
            return (Panel)new Chart(p.Title, new ChartAxis("epoch") { Whole = true },
                new ChartAxis("latent unit") { Whole = true },
                [new HeatMark(UnitPanels.Edges(epochs), rows, UnitPanels.Cells(units.Activity, order, Shade))])
            {
                Scale = scale,
            };
        }).ToList();
        var trials = parts.Select(p => p.Trial).Distinct().ToList();
        // A model's layers stand in a row of their own, where all have as many.
        var depths = parts.CountBy(p => p.Trial).Select(p => p.Value).Distinct().ToList();
        return new Figure(
            "activity-map", $"{context.Sweep}: log activity of latent units", panels,
            [
                .. UnitPanels.Notes(context, trials, chosen.Count),
                "Activity: variance over test images of the posterior mean. Units in the order of their activity at "
                    + $"the {(context.Options.SortByLast ? "last" : "first")} measured epoch, the most active at the bottom.",
            ]) { Columns = depths is [> 1 and <= 5] ? depths[0] : panels.Count is 1 ? 1 : 2 };
    }

    private static double Shade(double activity) => Math.Log10(Math.Max(activity, Floor));
}
