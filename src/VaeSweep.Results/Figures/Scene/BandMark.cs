namespace VaeSweep.Results.Figures;

/// <summary>The area between two lines, see-through; NaN interrupts it.</summary>
public sealed record BandMark(
    string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High) : Mark(Name, Color)
{
    public double Opacity { get; init; } = 0.18;
}
