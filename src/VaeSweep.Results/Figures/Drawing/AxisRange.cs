namespace VaeSweep.Results.Figures;

/// <summary>What of an axis is shown, and where its values stand between 0 and 1.</summary>
internal sealed class AxisRange
{
    private const double Padding = 0.04;

    private AxisRange(ChartAxis axis, double min, double max)
    {
        (Axis, Min, Max) = (axis, min, max);
    }

    public ChartAxis Axis { get; }
    public double Min { get; }
    public double Max { get; }

    /// <param name="values">All that the marks show along this axis.</param>
    /// <param name="tight">No room beyond the marks: they are cells.</param>
    /// <param name="zero">Zero must be on it: there are bars.</param>
    public static AxisRange Of(ChartAxis axis, IEnumerable<double> values, bool tight, bool zero)
    {
        if (axis.Categories is { } categories)
            return new AxisRange(axis, -0.5, categories.Count - 0.5);

        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsFinite(value) && (!axis.Log || value > 0))
                (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        if (zero)
            (min, max) = (Math.Min(min, 0), Math.Max(max, 0));

        if (min > max)
            (min, max) = axis.Log ? (0.1, 10) : (0, 1);

        if (axis.Log)
        {
            var room = tight ? 1 : Math.Pow(max / min, Padding) * (max > min ? 1 : 2);
            (min, max) = (min / room, max * room);
        }
        else
        {
            var room = max > min ? (tight ? 0 : Padding * (max - min)) : Math.Max(0.5, Math.Abs(max) * 0.05);
            (min, max) = (zero && min == 0 ? 0 : min - room, zero && max == 0 ? 0 : max + room);
        }

        return new AxisRange(axis, double.IsNaN(axis.Min) ? min : axis.Min, double.IsNaN(axis.Max) ? max : axis.Max);
    }

    /// <returns>0 at the axis's beginning, 1 at its end; NaN for what cannot be shown.</returns>
    public double At(double value) => Axis.Log
        ? value > 0 ? Math.Log(value / Min) / Math.Log(Max / Min) : double.NaN
        : (value - Min) / (Max - Min);

    /// <param name="wanted">About how many there is room for.</param>
    public (IReadOnlyList<double> Places, IReadOnlyList<string> Texts) Ticks(int wanted)
    {
        if (Axis.Categories is { } names)
            return ([.. Enumerable.Range(0, names.Count).Select(i => (double)i)], names);

        if (Axis.TicksAt is { } given)
            return (given, [.. given.Select(Figures.Ticks.Text)]);

        if (Axis.Log)
        {
            var decades = Figures.Ticks.Log(Min, Max);
            return (decades, [.. decades.Select(Figures.Ticks.Text)]);
        }

        var ticks = Figures.Ticks.Linear(Min, Max, wanted, Axis.Whole);
        return (ticks, Figures.Ticks.Texts(ticks));
    }
}
