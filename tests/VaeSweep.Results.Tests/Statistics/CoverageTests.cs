using MathNet.Numerics.Distributions;

namespace VaeSweep.Results.Tests;

/// <summary>How often an interval holds the mean that the values were drawn around.</summary>
public sealed class CoverageTests
{
    private const int Values = 20;

    // Student (1908): exact for normal values. Four standard errors of 4,000 draws.
    [Fact]
    public void Students_interval_holds_the_mean_95_times_in_100() => Assert.Equal(0.95, Coverage(IntervalKind.T, 4000), 0.0138);

    // Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69 (2015): of normal values the
    // bootstrap's interval is narrower than Student's by sqrt((n - 1) / n) and z for t, which makes P(|t19|
    // < 1.96 sqrt(19 / 20)) = 0.929 of n = 20. Four standard errors of 400 draws.
    [Fact]
    public void The_bootstraps_interval_is_as_narrow_as_is_known_of_it()
    {
        var known = 1 - (2 * StudentT.CDF(0, 1, Values - 1, -Normal.InvCDF(0, 1, 0.975) * Math.Sqrt((Values - 1.0) / Values)));

        Assert.Equal(0.929, known, 0.001);
        Assert.Equal(known, Coverage(IntervalKind.Bootstrap, 400), 0.0514);
    }

    private static double Coverage(IntervalKind kind, int draws)
    {
        var random = new Random(7);
        var held = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var summary = Summary.Of([.. Enumerable.Range(0, Values).Select(_ => Normal.Sample(random, 3, 2))], kind);
            held += summary.Low <= 3 && summary.High >= 3 ? 1 : 0;
        }

        return held / (double)draws;
    }
}
