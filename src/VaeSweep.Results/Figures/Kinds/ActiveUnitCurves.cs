namespace VaeSweep.Results.Figures;

/// <summary>Number of active latent units by epoch.</summary>
public static class ActiveUnitCurves
{
    public static FigureKind Kind { get; } = new(
        "active-units", "number of active latent units by epoch (Bettencourt and Craddock, figures 3.1 and 3.2)",
        async (context, cancellationToken) =>
            await LearningCurves.OfAsync(WithRange(context), Metrics(context), "active-units", cancellationToken)
            ?? throw new ResultsException(
                $"sweep '{context.Sweep}' has not measured its units by epoch: evaluate.every says how often, and active_units "
                    + "must be among evaluate.metrics."))
    {
        InReport = _ => true,
    };

    // Counts of a few seeds: an interval by Student's t would reach below zero and beyond the number of units.
    private static FigureContext WithRange(FigureContext context) =>
        context.Options.Band is null ? context with { Options = context.Options with { Band = Spread.Range } } : context;

    // 0.1 is the report's threshold; at 0.01 every unit counts as active in the first epochs, through noise alone.
    private static IReadOnlyList<Metric> Metrics(FigureContext context) =>
        context.Options.Metrics is { Count: > 0 } asked
            ? [.. asked.Select(MetricCatalog.Get)] : [MetricCatalog.Get("active_units_01")];
}
