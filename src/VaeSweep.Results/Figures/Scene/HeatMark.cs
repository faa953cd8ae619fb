namespace VaeSweep.Results.Figures;

/// <summary>A rectangle of cells coloured by the chart's <see cref="Chart.Scale"/>.</summary>
/// <param name="X">Where cells begin and the last one ends: one more than there are columns, rising.</param>
/// <param name="Y">As <paramref name="X"/>, for rows from below.</param>
/// <param name="Cells">[row, column]; NaN is left blank.</param>
public sealed record HeatMark(IReadOnlyList<double> X, IReadOnlyList<double> Y, double[,] Cells) : Mark("", Palette.Ink);
