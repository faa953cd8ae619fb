namespace VaeSweep.Results.Tests;

public sealed class BootstrapTests
{
    // Efron and Tibshirani, An Introduction to the Bootstrap (1993), table 2.1: survival of mice, days, treated.
    private static readonly double[] _mice = [94, 197, 16, 38, 99, 141, 23];

    // Golden numbers: bca.py beside this file, with 400,000 resamples of its own.
    [Fact]
    public void The_interval_is_Efrons_BCa()
    {
        var summary = Summary.Of(_mice, IntervalKind.Bootstrap);

        Assert.Equal(86.857, summary.Mean, 3);
        Assert.Equal(46.286, summary.Low, 1.5);
        Assert.Equal(138.286, summary.High, 1.5);
    }

    [Fact]
    public void Equal_values_have_equal_intervals()
    {
        Assert.Equal(Summary.Of(_mice, IntervalKind.Bootstrap), Summary.Of([.. _mice], IntervalKind.Bootstrap));
    }

    [Fact]
    public void Values_without_spread_have_no_width()
    {
        var summary = Summary.Of([5, 5, 5], IntervalKind.Bootstrap);

        Assert.Equal((5.0, 5.0), (summary.Low, summary.High));
    }
}
