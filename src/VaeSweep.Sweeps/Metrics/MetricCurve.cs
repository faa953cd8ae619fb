namespace VaeSweep.Sweeps;

/// <summary>How a metric is reported with every epoch.</summary>
/// <param name="Description">What one epoch's value is, for the view `epochs`.</param>
/// <param name="Of">Its value in a report; NaN where it was not measured.</param>
/// <param name="Whole">It counts: a whole number.</param>
public sealed record MetricCurve(string Description, Func<EpochReport, double> Of, bool Whole = false);
