using VaeSweep.Results.Figures;

namespace VaeSweep.Results.Tests.Figures;

public sealed class StatisticsTests
{
    [Fact]
    public void A_band_is_the_t_interval_at_each_epoch()
    {
        var band = SeedBand.Over([[1, 4], [2, 4], [3, 4]], Spread.Ci);

        // 4.303 is Student's t at 97.5 % and two degrees of freedom.
        Assert.Equal(2, band.Mean[0], 12);
        Assert.Equal(2 - (4.302653 / Math.Sqrt(3)), band.Low[0], 5);
        Assert.Equal(2 + (4.302653 / Math.Sqrt(3)), band.High[0], 5);
        Assert.Equal((4.0, 4.0), (band.Low[1], band.High[1]));
    }

    [Fact]
    public void A_curve_ends_where_fewer_than_half_of_the_seeds_go_on()
    {
        var band = SeedBand.Over([[1, 1, 1], [3], [3]], Spread.Range);

        Assert.Equal((1.0, 3.0), (band.Low[0], band.High[0]));
        Assert.True(double.IsNaN(band.Mean[1]));
    }

    [Fact]
    public void Main_effects_of_an_additive_function_are_its_own_shares_of_variance()
    {
        // f = 3 a + b over a full grid of 8 x 8: variances 9 : 1, no interaction; c does nothing.
        var points =
            (from a in Enumerable.Range(0, 8) from b in Enumerable.Range(0, 8) from c in Enumerable.Range(0,
                4) select (IReadOnlyList<int>)[a, b, c]).ToList();
        var scores = points.ConvertAll(p => (3.0 * p[0]) + p[1]);

        var fanova = Fanova.Of(points, scores, [0, 0, 0], [7, 7, 3], seed: 1);

        Assert.InRange(fanova.Shares[0].Mean, 0.87, 0.93);
        Assert.InRange(fanova.Shares[1].Mean, 0.07, 0.13);
        Assert.InRange(fanova.Shares[2].Mean, 0, 0.01);
        Assert.InRange(fanova.OutOfBag, 0.95, 1);
    }

    [Fact]
    public void An_interaction_is_no_one_s_main_effect()
    {
        var points =
            (from a in Enumerable.Range(0, 2) from b in Enumerable.Range(0, 2) from copy in Enumerable.Range(0,
                20) select (IReadOnlyList<int>)[a, b]).ToList();
        var scores = points.ConvertAll(p => p[0] == p[1] ? 1.0 : 0.0);

        var fanova = Fanova.Of(points, scores, [0, 0], [1, 1], seed: 1);

        Assert.All(fanova.Shares, s => Assert.InRange(s.Mean, 0, 0.05));
    }

    [Fact]
    public void The_same_seed_grows_the_same_forest()
    {
        var points = Enumerable.Range(0, 30).Select(i => (IReadOnlyList<int>)[i % 5, i % 3]).ToList();
        var scores = points.ConvertAll(p => (double)(p[0] * p[1]));

        var (first, second) = (Fanova.Of(points, scores, [0, 0], [4, 2], 7), Fanova.Of(points, scores, [0, 0], [4, 2], 7));

        Assert.Equal(first.Shares, second.Shares);
    }

    [Fact]
    public void A_spherical_path_stays_on_the_circle_and_ends_at_its_ends()
    {
        float[] from = [2, 0], to = [0, 2];

        var middle = LatentPath.Between(LatentPathKind.Spherical, from, to, 0.5);

        Assert.Equal([MathF.Sqrt(2), MathF.Sqrt(2)], middle, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(2, LatentPath.Between(LatentPathKind.Spherical, from, to, 0)[0], 6);
        Assert.Equal(2, LatentPath.Between(LatentPathKind.Spherical, from, to, 1)[1], 6);
        Assert.Equal([1f, 1f], LatentPath.Between(LatentPathKind.Linear, from, to, 0.5));
    }

    [Fact]
    public void A_spherical_path_between_parallel_codes_is_a_line()
    {
        Assert.Equal([2f, 2f], LatentPath.Between(LatentPathKind.Spherical, [1, 1], [3, 3], 0.5));
        Assert.Equal([0f, 0f], LatentPath.Between(LatentPathKind.Spherical, [0, 0], [0, 0], 0.5));
    }

    [Fact]
    public void A_class_s_direction_leads_from_the_mean_of_the_others_to_its_own()
    {
        float[] codes = [1, 0, 3, 0, 0, 5, 0, 9];
        int[] labels = [7, 7, 1, 2];

        Assert.Equal([2f, -7f], LatentDirection.OfClass(codes, 2, labels, 7, null));
        Assert.Equal([2f, -5f], LatentDirection.OfClass(codes, 2, labels, 7, 1));
        Assert.Equal((7, (int?)1), LatentDirection.ParseClasses("7-1", labels));
        Assert.Contains("found '7-7'. There are 1, 2, 7.",
            Assert.Throws<ResultsException>(() => LatentDirection.ParseClasses("7-7", labels)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ink_that_leans_to_the_right_has_a_negative_covariance()
    {
        float[] leaning = [0, 0, 1, 0, 1, 0, 1, 0, 0];

        var moments = ImageMoments.Of(leaning, 3);

        Assert.Equal(3, moments.Mass);
        Assert.True(moments.Covariance < 0);
        Assert.Equal(Math.Sqrt(2 / 3.0), moments.Width, 12);
    }
}
