namespace VaeSweep.Results.Figures;

/// <summary>One vertical axis a parameter, one line a trial, coloured by <paramref name="Scale"/>.</summary>
/// <param name="Axes">From left to right.</param>
/// <param name="Lines">For each trial its place on each axis; NaN where it has none. The last value is the one that colours
/// it.</param>
public sealed record ParallelPlot(
    string Title, IReadOnlyList<ChartAxis> Axes, IReadOnlyList<IReadOnlyList<double>> Lines, ColorScale Scale) : Panel(Title);
