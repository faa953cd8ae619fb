using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace VaeSweep.Results;

/// <summary>Student's t when there is a true difference.</summary>
public static class NoncentralT
{
    // A t value is (z + shift) / s, where s is a chi variable over the root of its degrees: what z leaves open is summed over s.
    private const double Rest = 1e-10;
    private const int Points = 128;

    /// <summary>Chance that a two-sided t test rejects.</summary>
    /// <param name="shift">Noncentrality: the true difference in standard errors, not negative.</param>
    /// <param name="freedom">Degrees of freedom.</param>
    /// <param name="level">Of the test, 0.05 for 5 %.</param>
    public static double Power(double shift, double freedom, double level)
    {
        var critical = StudentT.InvCDF(0, 1, freedom, 1 - (level / 2));
        return 1 - Cdf(critical, shift, freedom) + Cdf(-critical, shift, freedom);
    }

    /// <summary>Chance of a value of at most <paramref name="t"/>.</summary>
    public static double Cdf(double t, double shift, double freedom)
    {
        var low = Math.Sqrt(ChiSquared.InvCDF(freedom, Rest));
        var high = Math.Sqrt(ChiSquared.InvCDF(freedom, 1 - Rest));
        return GaussLegendreRule.Integrate(
            x => Normal.CDF(0, 1, (t * x / Math.Sqrt(freedom)) - shift) * ChiDensity(x, freedom), low, high, Points);
    }

    // By its logarithm: the density's factors alone overflow from a few hundred degrees on.
    private static double ChiDensity(double x, double freedom) => Math.Exp(
        ((1 - (freedom / 2)) * Math.Log(2)) + ((freedom - 1) * Math.Log(x)) - (x * x / 2)
            - SpecialFunctions.GammaLn(freedom / 2));
}
