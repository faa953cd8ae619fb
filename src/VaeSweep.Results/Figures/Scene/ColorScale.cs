namespace VaeSweep.Results.Figures;

/// <summary>What viridis' colours stand for.</summary>
/// <param name="Min">Dark blue.</param>
/// <param name="Max">Yellow.</param>
public sealed record ColorScale(string Label, string Unit, double Min, double Max)
{
    /// <summary>Large values are dark and small ones bright.</summary>
    public bool Reversed { get; init; }

    /// <summary>"log activity (nats)".</summary>
    public string Text => Unit.Length == 0 ? Label : $"{Label} ({Unit})";

    /// <returns>From 0 to 1, where a value stands on the scale; NaN for NaN.</returns>
    public double At(double value)
    {
        var t = Max > Min ? Math.Clamp((value - Min) / (Max - Min), 0, 1) : 0.5;
        return double.IsNaN(value) ? double.NaN : Reversed ? 1 - t : t;
    }

    /// <summary>Spans the finite values.</summary>
    public static ColorScale Over(string label, string unit, IEnumerable<double> values, bool reversed = false)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
                (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        return min > max ? new ColorScale(label, unit, 0, 1) { Reversed = reversed }
            : new ColorScale(label, unit, min, max) { Reversed = reversed };
    }
}
