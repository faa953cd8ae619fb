using System.Globalization;

namespace VaeSweep.Results.Figures;

/// <summary>How much of a metric's variance each parameter explains.</summary>
public static class ParameterImportance
{
    public static FigureKind Kind { get; } = new(
        "importance", "share of the metric's variance that each parameter explains by itself (fANOVA, Hutter et al. 2014)",
        BuildAsync)
    {
        InReport = context => context.Trials.Varying.Count > 1,
    };

    private static async Task<Figure> BuildAsync(FigureContext context, CancellationToken cancellationToken)
    {
        var table = await ParameterTable.BuildAsync(context, cancellationToken);
        var fanova = Fanova.Of(table, context.Options.Seed);
        var order = Enumerable.Range(0, table.Parameters.Count).OrderBy(i => fanova.Shares[i].Mean).ToList();
        var bars = new BarMark("", Palette.Category(0), [.. order.Select(i => 100 * fanova.Shares[i].Mean)])
        {
            Horizontal = true,
            Errors = [.. order.Select(i => (100 * fanova.Shares[i].Low, 100 * fanova.Shares[i].High))],
        };
        var y = new ChartAxis("") { Categories = [.. order.Select(i => table.Parameters[i].Name)] };
        var fit = double.IsNaN(fanova.OutOfBag)
            ? "not known (too few points)" : fanova.OutOfBag.ToString("0.00", CultureInfo.InvariantCulture);
        return new Figure(
            "importance", $"{context.Sweep}: what {LearningCurves.Label(table.Metric)} depends on",
            [new Chart("", new ChartAxis("variance explained alone", "%") { Min = 0 }, y, [bars])],
            [
                table.Note,
                $"fANOVA: main effects in a random forest of {Fanova.Trees} trees; lines: 10 % to 90 % of the trees. What the "
                    + $"bars leave of 100 % is interaction. R² on points that a tree did not see: {fit}"
                + (fanova.OutOfBag < 0.5 ? "; below 0.5 the forest does not describe these results, and the bars mean little."
                    : "."),
            ]);
    }
}
