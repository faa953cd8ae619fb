namespace VaeSweep.Results.Figures;

/// <summary>Vertical bars from low to high with a cap at each end.</summary>
public sealed record ErrorMark(
    string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High)
        : Mark(Name, Color);
