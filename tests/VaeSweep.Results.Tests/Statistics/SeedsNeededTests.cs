namespace VaeSweep.Results.Tests;

public sealed class SeedsNeededTests
{
    // Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), table 2.4.1: n a side for a two-sided test at 0.05
    // and power 0.80. His printed 393 for d = 0.20 is of rounded tables; the exact 393.41 needs 394.
    [Theory]
    [InlineData(0.2, 394)]
    [InlineData(0.5, 64)]
    [InlineData(0.8, 26)]
    [InlineData(1.0, 17)]
    public void Two_groups_need_what_Cohens_table_says(double effect, int seeds)
    {
        Assert.Equal(seeds, SeedsNeeded.Independent(effect, 1, 1));
    }

    // R: power.t.test(delta = 0.5, sd = 1, power = 0.8, type = "paired") gives n = 33.37; with delta = 1, n = 9.94.
    [Theory]
    [InlineData(0.5, 34)]
    [InlineData(1.0, 10)]
    public void Pairs_need_fewer(double effect, int seeds)
    {
        Assert.Equal(seeds, SeedsNeeded.Paired(effect, 1));
    }

    // R's documentation of power.t.test: n = 20, delta = 1, sd = 1 has power 0.8689528.
    [Fact]
    public void The_power_of_a_test_is_the_exact_one()
    {
        Assert.Equal(0.8689528, NoncentralT.Power(Math.Sqrt(10), 38, 0.05), 6);
    }

    [Fact]
    public void Without_a_shift_the_power_is_the_level()
    {
        Assert.Equal(0.05, NoncentralT.Power(0, 7, 0.05), 8);
    }

    [Fact]
    public void No_difference_and_no_spread_need_no_number()
    {
        Assert.Null(SeedsNeeded.Paired(0, 1));
        Assert.Null(SeedsNeeded.Paired(1, double.NaN));
        Assert.Equal(SeedsNeeded.Most, SeedsNeeded.Paired(1e-9, 1));
    }
}
