using VaeSweep.Sweeps;

namespace VaeSweep.Sweeps.Tests;

public sealed class ShuffledOrderTests
{
    private const string Grid = """
        name: grid
        dataset: { name: mnist }
        parameters: { model.latent: { range: [1, 20] }, objective.k: { range: [1, 10] } }
        seeds: 3
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Every_place_is_taken_once(int count)
    {
        var places = new ShuffledPlaces("s", 0, count);

        Assert.Equal(Enumerable.Range(0, count).Select(place => (long)place),
            Enumerable.Range(0, count).Select(place => places.Of(place)).Order());
    }

    [Fact]
    public void A_shuffled_grid_has_the_same_trials_and_has_soon_seen_its_whole_range()
    {
        var written = SweepFile.Parse(Grid).Expand().ToList();
        var shuffled = SweepFile.Parse(Grid + "\norder: shuffled\n").Expand().ToList();

        var started = shuffled.OrderBy(trial => trial.Index).ToList();

        Assert.Equal(written.Select(trial => trial.Fingerprint).Order(), shuffled.Select(trial => trial.Fingerprint).Order());
        Assert.Equal(Enumerable.Range(0, 600).Select(index => (long)index), started.Select(trial => trial.Index));
        Assert.NotEqual(written.Select(trial => trial.Fingerprint), started.Select(trial => trial.Fingerprint));
        // Every point with the first seed before any with the second, and in the same order.
        Assert.All(started.Take(200), trial => Assert.Equal(0, trial.Seed));
        Assert.Equal(started.Take(200).Select(Point), started.Skip(200).Take(200).Select(Point));
        // An eighth of the first pass: of 20 latent sizes a grid as written has seen three.
        Assert.InRange(Latents(started.Take(25)), 10, 20);
        Assert.InRange(Latents(written.Take(25)), 1, 3);
    }

    [Fact]
    public void The_order_is_the_names_and_the_search_seeds()
    {
        var one = Indices("order: shuffled");

        Assert.Equal(one, Indices("order: shuffled"));
        Assert.NotEqual(one, Indices("order: shuffled\nsearch_seed: 1"));
        Assert.NotEqual(one, [.. SweepFile.Parse(Grid.Replace("name: grid", "name: other", StringComparison.Ordinal)
            + "\norder: shuffled\n").Expand().Select(trial => trial.Index)]);
        Assert.Equal(Enumerable.Range(0, 600).Select(index => (long)index), Indices("order: written"));
    }

    [Fact]
    public void An_order_that_is_not_known_is_refused_with_the_nearest()
    {
        var fault = Assert.Throws<SweepFileException>(() => SweepFile.Parse(Grid + "\norder: shufled\n"));

        Assert.Contains("Did you mean 'shuffled'", fault.Message, StringComparison.Ordinal);
    }

    private static long[] Indices(string more) => [.. SweepFile.Parse($"{Grid}\n{more}\n").Expand().Select(trial => trial.Index)];

    private static int Latents(IEnumerable<Trial> trials) =>
        trials.Select(trial => TrialConfigJson.Parse(trial.ConfigJson).Model.Layers[0]).Distinct().Count();

    private static string Point(Trial trial) =>
        trial.ConfigJson.Replace($"\"seed\":{trial.Seed}", "", StringComparison.Ordinal);
}
