namespace VaeSweep.Cli.Tests;

public sealed class ChaosScheduleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(21)]
    public void Every_kind_of_accident_strikes_once_in_each_round(int seed)
    {
        var kinds = Enum.GetValues<ChaosKind>();

        var rounds = ChaosAccident.Schedule(seed, nodes: 3).Take(5 * kinds.Length).Chunk(kinds.Length).ToList();

        Assert.All(rounds, round => Assert.Equal(kinds, round.Select(a => a.Kind).Order()));
        Assert.NotEqual(rounds[0].Select(a => a.Kind), rounds[1].Select(a => a.Kind));
    }

    [Fact]
    public void A_seed_decides_everything()
    {
        var (first, again, other) = (Some(7), Some(7), Some(8));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static List<ChaosAccident> Some(int seed) => [.. ChaosAccident.Schedule(seed, nodes: 3).Take(30)];
    }
}
