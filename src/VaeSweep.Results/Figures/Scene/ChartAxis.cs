namespace VaeSweep.Results.Figures;

/// <summary>One axis of a chart.</summary>
/// <param name="Label">What it measures.</param>
/// <param name="Unit">In words; empty for a plain number.</param>
public sealed record ChartAxis(string Label, string Unit = "")
{
    /// <summary>Names at the positions 0, 1, 2...; null for an axis of numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    public bool Log { get; init; }

    /// <summary>Ticks at whole numbers alone.</summary>
    public bool Whole { get; init; }

    /// <summary>Where the axis begins; NaN: where the marks do.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Where it ends; NaN: where the marks do.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>Ticks here and nowhere else; null lets the renderer choose.</summary>
    public IReadOnlyList<double>? TicksAt { get; init; }

    /// <summary>"test ELBO (nats per image)".</summary>
    public string Text => Unit.Length == 0 ? Label : $"{Label} ({Unit})";
}
