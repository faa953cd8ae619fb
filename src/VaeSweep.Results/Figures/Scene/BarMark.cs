namespace VaeSweep.Results.Figures;

/// <summary>Bars from zero along the value axis, at whole positions of the category axis.</summary>
/// <param name="Values">One for each category; NaN for none.</param>
public sealed record BarMark(string Name, string Color, IReadOnlyList<double> Values) : Mark(Name, Color)
{
    /// <summary>Values along x, categories along y.</summary>
    public bool Horizontal { get; init; }

    /// <summary>Lower and upper ends of the error bars; null: none.</summary>
    public IReadOnlyList<(double Low, double High)>? Errors { get; init; }
}
