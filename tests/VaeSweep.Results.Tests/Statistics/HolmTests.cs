namespace VaeSweep.Results.Tests;

public sealed class HolmTests
{
    // The example of the article "Holm-Bonferroni method" in Wikipedia: at 0.05 the first and the fourth hypothesis are rejected,
    // the others are not.
    [Fact]
    public void The_smallest_p_is_multiplied_by_the_number_of_tests_and_none_falls_below_the_one_before()
    {
        var adjusted = Holm.Adjust([0.01, 0.04, 0.03, 0.005]);

        Assert.Equal([0.03, 0.06, 0.06, 0.02], adjusted.Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void What_was_not_tested_stays_so_and_does_not_count()
    {
        var adjusted = Holm.Adjust([double.NaN, 0.02, 0.9]);

        Assert.True(double.IsNaN(adjusted[0]));
        Assert.Equal([0.04, 0.9], adjusted[1..]);
    }

    [Fact]
    public void No_p_passes_1()
    {
        Assert.Equal([1, 1], Holm.Adjust([0.7, 0.8]));
    }
}
