namespace VaeSweep.Results.Figures;

/// <summary>One part of a figure. The kinds are <see cref="Chart"/>, <see cref="TileGrid"/> and
/// <see cref="ParallelPlot"/>.</summary>
/// <param name="Title">Above the panel; may be empty.</param>
public abstract record Panel(string Title);
