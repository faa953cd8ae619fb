namespace VaeSweep.Results.Figures;

/// <summary>Marks between two axes.</summary>
/// <param name="Marks">Drawn in this order.</param>
public sealed record Chart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<Mark> Marks) : Panel(Title)
{
    /// <summary>What the colours of heat maps and of points with values mean; null when there are none.</summary>
    public ColorScale? Scale { get; init; }

    /// <summary>Width divided by height of the area between the axes; 0 lets the renderer choose.</summary>
    public double Aspect { get; init; }
}
