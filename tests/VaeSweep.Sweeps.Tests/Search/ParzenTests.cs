using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps.Tests;

/// <summary>Densities of small cases, written out and computed by Optuna 5 and again by hand.</summary>
public sealed class ParzenTests
{
    private const int Digits = 9;

    [Fact]
    public void A_density_of_two_points_is_as_computed_by_hand()
    {
        Agrees([new(0, 1)], [[0.2, 0.4]], ([0.3], 0.397432486451), ([0.9], -0.889632084958));
        Agrees([new(0, 1)], [[0.7, 0.9, 0.1]], ([0.3], -0.208512467429), ([0.9], 0.318047197020));
    }

    [Fact]
    public void Logarithms_and_whole_numbers_have_their_own_densities()
    {
        Agrees([new(1e-4, 1, Log: true)], [[1e-3, 1e-2]], ([3e-3], -1.887061832652), ([0.5], -2.984935321776));
        Agrees([new(1, 10, Whole: true)], [[3, 4, 8]], ([3], -2.051732649306), ([10], -2.724112244967));
        Agrees([new(1, 64, Log: true, Whole: true)], [[8, 16]], ([8], -3.304153018838), ([64], -6.021187635774));
    }

    [Fact]
    public void Choices_and_products_have_theirs()
    {
        Agrees(
            [Dimension.Of(3)], [[1, 1, 2]], ([0], -1.658228076604), ([1], -0.741937344729), ([2], -1.098612288668));
        Agrees(
            [Dimension.Of(2), new(0, 1)], [[0, 1], [0.2, 0.4]], ([0, 0.3], -0.256369842517), ([1, 0.3], -0.336671189331));
    }

    [Fact]
    public void Kernels_are_as_wide_as_their_larger_gap()
    {
        Assert.Equal([0.8, 0.8, 0.01, 0.58], Widths([-0.4, 0.4, 0.41, 0.42], isClipped: false, ends: true));
        Assert.Equal([0.8, 0.8, 1.0 / 3, 0.58], Widths([-0.4, 0.4, 0.41, 0.42], isClipped: true, ends: true));
        Assert.Equal([0.6, 0.6], Widths([-0.3, 0.3], isClipped: true, ends: false));
    }

    [Fact]
    public void Older_points_count_less()
    {
        Assert.Equal([1 / 26.0, 1, 1], ParzenEstimator.Weights(26).Take(3));
        Assert.Equal(
            [1 / 30.0, 0.275, 0.516667, 0.758333, 1, 1], ParzenEstimator.Weights(30).Take(6).Select(one => Math.Round(one, 6))
                .Select((one, i) => i == 0 ? 1 / 30.0 : one));
        Assert.All(ParzenEstimator.Weights(25), one => Assert.Equal(1, one));
    }

    [Fact]
    public void The_normal_law_is_precise_in_the_middle_and_in_the_tails()
    {
        Assert.Equal(0.975002104851780, NormalLaw.Below(1.96), 1e-14);
        Assert.Equal(0.006209665325776, NormalLaw.Below(-2.5), 1e-14);
        Assert.Equal(6.220960574271785e-16, NormalLaw.Below(-8), 1e-26);
        Assert.Equal(NormalLaw.Mass(-9, -8), NormalLaw.Mass(8, 9));
    }

    private static void Agrees(Dimension[] dimensions, double[][] values, params (double[] Point, double Log)[] expected)
    {
        var density = new ParzenEstimator(dimensions, values);

        Assert.All(expected, one => Assert.Equal(one.Log, density.LogDensity(one.Point), Digits));
    }

    private static IEnumerable<double> Widths(double[] values, bool isClipped, bool ends) =>
        new ParzenDimension(new(-1, 1), values, isClipped, ends).KernelWidths[..values.Length].ToArray()
            .Select(one => Math.Round(one, 12)).Select(one => Math.Abs(one - (1.0 / 3)) < 1e-11 ? 1.0 / 3 : one);
}
