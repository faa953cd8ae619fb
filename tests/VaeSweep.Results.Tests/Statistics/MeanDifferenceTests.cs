namespace VaeSweep.Results.Tests;

/// <summary>Against Student's sleep data: Student, "The probable error of a mean", Biometrika 6 (1908), the example of every
/// textbook on t tests. The expected numbers are those that R's documentation prints for t.test on its data set
/// `sleep`.</summary>
public sealed class MeanDifferenceTests
{
    private static readonly double[] _first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    private static readonly double[] _second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    [Fact]
    public void Equal_seeds_are_compared_in_pairs_as_Student_did()
    {
        var difference = MeanDifference.Between(Seeds(_first), Seeds(_second));

        Assert.Equal(MeanTest.Paired, difference.Test);
        Assert.Equal((10, 9), (difference.Pairs, difference.DegreesOfFreedom));
        Assert.Equal(-1.58, difference.Value, 10);
        Assert.Equal(0.002833, difference.P, 6);
        Assert.Equal(-2.4598858, difference.Low, 7);
        Assert.Equal(-0.7001142, difference.High, 7);
    }

    [Fact]
    public void Other_seeds_are_compared_by_Welchs_test()
    {
        var difference = MeanDifference.Between(Seeds(_first), Seeds(_second, from: 100));

        Assert.Equal(MeanTest.Welch, difference.Test);
        Assert.Equal(17.776, difference.DegreesOfFreedom, 3);
        Assert.Equal(0.07939, difference.P, 5);
        Assert.Equal(-3.3654832, difference.Low, 7);
        Assert.Equal(0.2054832, difference.High, 7);
    }

    [Fact]
    public void Only_the_shared_seeds_are_paired()
    {
        var difference = MeanDifference.Between(
            new Dictionary<long, double> { [0] = 1, [1] = 2, [2] = 50 },
            new Dictionary<long, double> { [0] = 0, [1] = 0.5, [9] = -50 });

        Assert.Equal((MeanTest.Paired, 2, 1.25), (difference.Test, difference.Pairs, difference.Value));
    }

    [Fact]
    public void One_seed_a_side_gives_a_difference_and_no_test()
    {
        var difference = MeanDifference.Between(
            new Dictionary<long, double> { [0] = 1 }, new Dictionary<long, double> { [0] = 3 });

        Assert.Equal((MeanTest.None, -2.0), (difference.Test, difference.Value));
        Assert.True(double.IsNaN(difference.P));
        Assert.Null(difference.SeedsNeeded);
    }

    [Fact]
    public void Differences_without_any_spread_are_not_tested()
    {
        var difference = MeanDifference.Between(
            new Dictionary<long, double> { [0] = 1, [1] = 2 }, new Dictionary<long, double> { [0] = 3, [1] = 4 });

        Assert.Equal(MeanTest.None, difference.Test);
        Assert.True(double.IsNaN(difference.P));
    }

    private static Dictionary<long, double> Seeds(double[] values, int from = 0) =>
        values.Select((value, i) => (Seed: (long)(from + i), value)).ToDictionary(v => v.Seed, v => v.value);
}
