namespace VaeSweep.Results.Tests;

public sealed class SummaryTests
{
    // python3: v=[88.1,88.9,88.4,87.6]; m=sum(v)/4; s=(sum((x-m)**2 for x in v)/3)**.5; t=3.182446305284263 (Student, 3 degrees,
    // 0.975) print(m, s, m-t*s/2, m+t*s/2)
    [Fact]
    public void The_interval_is_Students_with_n_minus_1_degrees_of_freedom()
    {
        var summary = Summary.Of([88.1, 88.9, 88.4, 87.6]);

        Assert.Equal(4, summary.N);
        Assert.Equal(88.25, summary.Mean, 10);
        Assert.Equal(0.544671154612273, summary.StandardDeviation, 10);
        Assert.Equal(87.38330665, summary.Low, 5);
        Assert.Equal(89.11669335, summary.High, 5);
    }

    [Fact]
    public void One_value_has_a_mean_and_no_spread()
    {
        var summary = Summary.Of([5]);

        Assert.Equal(5, summary.Mean);
        Assert.True(double.IsNaN(summary.StandardDeviation));
        Assert.True(double.IsNaN(summary.Low));
    }

    [Fact]
    public void No_value_has_no_mean()
    {
        Assert.True(double.IsNaN(Summary.Of([]).Mean));
    }
}
