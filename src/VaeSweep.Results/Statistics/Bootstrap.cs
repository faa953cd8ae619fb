using MathNet.Numerics.Distributions;

namespace VaeSweep.Results;

/// <summary>Intervals from resampling the values themselves.</summary>
/// <remarks>Efron, "Better bootstrap confidence intervals", JASA 82 (1987): bias-corrected and accelerated (BCa). The draws are
/// seeded, so equal values have equal intervals.</remarks>
public static class Bootstrap
{
    /// <summary>How often the values are drawn anew.</summary>
    public const int Resamples = 10_000;

    private const int Seed = 1987;

    /// <param name="values">At least two.</param>
    /// <param name="coverage">0.95 for a 95 % interval.</param>
    public static (double Low, double High) IntervalOfMean(double[] values, double coverage)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, 2);
        var mean = values.Average();
        if (values.All(v => v.Equals(values[0])))
            return (mean, mean);

        var means = ResampledMeans(values);
        // Half of those equal to the mean count as below: with few values many resamples hit it exactly.
        var below = means.Count(m => m < mean) + (0.5 * means.Count(m => m.Equals(mean)));
        var bias = Normal.InvCDF(0, 1, Math.Clamp(below / means.Length, 0.5 / means.Length, 1 - (0.5 / means.Length)));
        var acceleration = Acceleration(values, mean);
        var tail = (1 - coverage) / 2;
        return (Quantile(means, Adjusted(tail)), Quantile(means, Adjusted(1 - tail)));

        double Adjusted(double level)
        {
            var z = bias + Normal.InvCDF(0, 1, level);
            return Normal.CDF(0, 1, bias + (z / (1 - (acceleration * z))));
        }
    }

    private static double[] ResampledMeans(double[] values)
    {
        var random = new MathNet.Numerics.Random.MersenneTwister(Seed);
        var means = new double[Resamples];
        for (var i = 0; i < means.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < values.Length; j++)
                sum += values[random.Next(values.Length)];

            means[i] = sum / values.Length;
        }

        Array.Sort(means);
        return means;
    }

    // The jackknife's estimate, which for a mean is a sixth of the skewness over the root of n (Efron 1987, equation 7.3).
    private static double Acceleration(double[] values, double mean)
    {
        var squares = values.Sum(v => Math.Pow(v - mean, 2));
        var cubes = values.Sum(v => Math.Pow(v - mean, 3));
        return cubes / (6 * Math.Pow(squares, 1.5));
    }

    private static double Quantile(double[] sorted, double level)
    {
        var place = Math.Clamp((level * (sorted.Length + 1)) - 1, 0, sorted.Length - 1);
        var (below, part) = ((int)place, place - (int)place);
        return part <= 0 ? sorted[below] : sorted[below] + (part * (sorted[below + 1] - sorted[below]));
    }
}
