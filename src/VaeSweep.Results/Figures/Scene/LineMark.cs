namespace VaeSweep.Results.Figures;

/// <summary>A line through points; NaN interrupts it.</summary>
public sealed record LineMark(string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark(Name, Color)
{
    public bool Dashed { get; init; }

    /// <summary>Pixels.</summary>
    public double Width { get; init; } = 1.6;

    /// <summary>A dot at each point.</summary>
    public bool Dots { get; init; }
}
