namespace VaeSweep.Sweeps.Search;

/// <summary>One thing that a search varies. Its values are numbers: of a choice, the place in its list.</summary>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value, which is included.</param>
/// <param name="Log">Equal factors are equal steps.</param>
/// <param name="Whole">Whole numbers alone.</param>
/// <param name="Choice">Its values have no order.</param>
public sealed record Dimension(double Low, double High, bool Log = false, bool Whole = false, bool Choice = false)
{
    public static Dimension Of(int choices) => new(0, choices - 1, Whole: true, Choice: true);

    /// <summary>Of a whole-numbered or unordered dimension.</summary>
    public int Values => (int)(High - Low) + 1;

    /// <summary>Where densities begin: a whole number owns half a step on either side. In logarithms where
    /// <see cref="Log"/>.</summary>
    public double From => Scaled(Whole ? Low - 0.5 : Low);

    /// <summary>Where densities end.</summary>
    public double To => Scaled(Whole ? High + 0.5 : High);

    /// <summary>The value at a part of the way, each whole number with the same share (of the logarithm, where
    /// <see cref="Log"/>).</summary>
    /// <param name="unit">In [0, 1).</param>
    public double At(double unit)
    {
        if (!Whole)
            return Log ? Low * Math.Pow(High / Low, unit) : Low + (unit * (High - Low));
        var value = Log ? Low * Math.Pow((High + 1) / Low, unit) : Low + (unit * (High + 1 - Low));
        return Math.Clamp(Math.Floor(value), Low, High);
    }

    /// <summary>A value on the scale that densities are told on.</summary>
    public double Scaled(double value) => Log ? Math.Log(value) : value;

    /// <summary>The nearest value to a place on that scale.</summary>
    public double Unscaled(double place)
    {
        var value = Log ? Math.Exp(place) : place;
        return Math.Clamp(Whole ? Math.Round(value) : value, Low, High);
    }
}
