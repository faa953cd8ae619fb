namespace VaeSweep.Results;

/// <summary>How many seeds a side a two-sided t test at 5 % would need to find a difference with 80 % power, were the difference
/// and the spreads seen so far the true ones.</summary>
/// <remarks>Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), chapter 2, by the exact noncentral t.</remarks>
public static class SeedsNeeded
{
    /// <summary>Answers above this are given as this: nobody trains so many.</summary>
    public const int Most = 100_000;

    private const double Power = 0.8;
    private const double Level = 0.05;

    /// <param name="deviation">Standard deviation of the pairs' differences.</param>
    /// <returns>Null when there is no difference, or nothing to hold it against.</returns>
    public static int? Paired(double difference, double deviation) =>
        Smallest(difference, deviation, n => NoncentralT.Power(Math.Abs(difference) / deviation * Math.Sqrt(n), n - 1, Level));

    /// <param name="first">Standard deviation of one side.</param>
    /// <param name="second">Of the other.</param>
    /// <returns>Null when there is no difference, or nothing to hold it against.</returns>
    public static int? Independent(double difference, double first, double second)
    {
        var (u, v) = (first * first, second * second);
        return Smallest(difference, u + v, n => NoncentralT.Power(
            Math.Abs(difference) / Math.Sqrt((u + v) / n), (u + v) * (u + v) * (n - 1) / ((u * u) + (v * v)), Level));
    }

    private static int? Smallest(double difference, double spread, Func<int, double> power)
    {
        if (!(Math.Abs(difference) > 0) || !(spread > 0))
            return null;

        var (low, high) = (1, 2);
        while (power(high) < Power)
        {
            if (high >= Most)
                return Most;

            (low, high) = (high, Math.Min(Most, high * 2));
        }

        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = power(middle) < Power ? (middle, high) : (low, middle);
        }

        return high;
    }
}
