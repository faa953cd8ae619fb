namespace VaeSweep.Results.Tests;

public sealed class MetricCatalogTests
{
    [Theory]
    [InlineData("test_elbo", Direction.Higher)]
    [InlineData("test_nll", Direction.Lower)]
    [InlineData("valid_kl", Direction.None)]
    [InlineData("seconds", Direction.Lower)]
    [InlineData("test_l50", Direction.Higher)]
    public void Every_metric_knows_its_good_end(string name, Direction direction)
    {
        Assert.Equal(direction, MetricCatalog.Get(name).Direction);
    }

    [Fact]
    public void A_mistyped_metric_is_answered_with_the_nearest_one()
    {
        var error = Assert.Throws<ResultsException>(() => MetricCatalog.Get("tets_nll"));

        Assert.StartsWith("unknown metric 'tets_nll'. Did you mean 'test_nll'?", error.Message, StringComparison.Ordinal);
    }
}
