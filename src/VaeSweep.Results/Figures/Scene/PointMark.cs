namespace VaeSweep.Results.Figures;

/// <summary>Points.</summary>
public sealed record PointMark(string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark(Name, Color)
{
    /// <summary>Coloured by the chart's <see cref="Chart.Scale"/> instead; null: all in <see cref="Mark.Color"/>.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>What the pointer shows of each in the report; null: its coordinates.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Pixels.</summary>
    public double Radius { get; init; } = 3;

    public double Opacity { get; init; } = 0.85;
}
