namespace VaeSweep.Results.Figures;

/// <summary>Columns of the view `epochs` of one trial. What was not measured or not yet reached is NaN.</summary>
/// <param name="Columns">One array a column; place i holds epoch i + 1.</param>
public sealed record TrialCurves(IReadOnlyList<double[]> Columns);
