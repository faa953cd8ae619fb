namespace VaeSweep.Results.Figures;

/// <summary>A figure as SVG.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record Drawing(string Svg, double Width, double Height);
