namespace VaeSweep.Sweeps;

/// <summary>How a metric is reported with every epoch.</summary>
/// <param name="Description">What one epoch's value is, for the view `epochs`.</param>
/// <param name="Of">Its value in a report; NaN where it was not measured.</param>
/// <param name="Whole">It counts: a whole number.</param>
public sealed record MetricCurve(string Description, Func<EpochReport, double> Of, bool Whole = false)
{
    /// <summary>The formula in the trainer's Metrics that it is computed by, where <see cref="EpochReport"/> has no property of
    /// its own for it.</summary>
    public string? Formula { get; private init; }

    /// <summary>A curve that the trainer computes by the formula of that name, which is its metric's.</summary>
    public static MetricCurve By(string formula, string description) =>
        new(description, report => report.Other(formula)) { Formula = formula };
}
