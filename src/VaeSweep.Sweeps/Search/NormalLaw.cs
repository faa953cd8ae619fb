namespace VaeSweep.Sweeps.Search;

/// <summary>The standard normal distribution.</summary>
public static class NormalLaw
{
    private const double FromFraction = 2.5;
    private const double Precise = 1e-17;
    private static readonly double _logRoot = 0.5 * Math.Log(2 * Math.PI);

    public static double LogDensity(double z) => (-0.5 * z * z) - _logRoot;

    /// <summary>The probability between two places, precise in the tails too.</summary>
    public static double Mass(double from, double to)
    {
        // Of a piece on the right, its mirror image on the left: differences of small numbers are precise there.
        if (from > 0)
            (from, to) = (-to, -from);
        return to <= 0 ? Below(to) - Below(from) : 1 - Below(-to) - Below(from);
    }

    /// <summary>The probability of less.</summary>
    public static double Below(double z)
    {
        var tail = Tail(Math.Abs(z));
        return z > 0 ? 1 - tail : tail;
    }

    // The probability of more than z, which is not negative: a series near the middle, a continued fraction beyond.
    private static double Tail(double z)
    {
        if (z < FromFraction)
        {
            var (term, sum) = (z, z);
            for (var n = 1; Math.Abs(term) > Precise * sum; n++)
            {
                term *= z * z / ((2 * n) + 1);
                sum += term;
            }

            return 0.5 - (sum * Math.Exp(LogDensity(z)));
        }

        var depth = (int)(20 + (200 / z));
        var fraction = z;
        for (var n = depth; n > 0; n--)
            fraction = z + (n / fraction);
        return Math.Exp(LogDensity(z)) / fraction;
    }
}
