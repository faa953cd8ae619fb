namespace VaeSweep.Results.Figures;

/// <summary>Heights over adjoining intervals, filled see-through.</summary>
/// <param name="Edges">One more than there are heights, rising.</param>
public sealed record HistogramMark(string Name, string Color, IReadOnlyList<double> Edges, IReadOnlyList<double> Heights)
    : Mark(Name, Color);
