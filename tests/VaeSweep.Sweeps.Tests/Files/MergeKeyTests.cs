namespace VaeSweep.Sweeps.Tests;

/// <summary>Merge keys (`&lt;&lt;`) mean what YAML 1.1 says: what the map has not itself comes from the maps that it names, the
/// first of which wins.</summary>
public sealed class MergeKeyTests
{
    [Theory]
    [InlineData("{ <<: *b, latent: 9 }", 9, 64)]
    [InlineData("{ latent: 9, <<: *b }", 9, 64)]
    [InlineData("{ <<: *b }", 3, 64)]
    [InlineData("{ <<: [*b, *c] }", 3, 64)]
    [InlineData("{ <<: [*c, *b] }", 4, 64)]
    [InlineData("{ <<: *c, hidden: [32] }", 4, 32)]
    [InlineData("{ <<: { latent: 7, <<: *b } }", 7, 64)]
    public void A_merge_key_brings_in_what_the_map_does_not_say(string model, int latent, int hidden)
    {
        var text = "name: a\ndataset: { name: sprites }\nmodel: &b { latent: 3, hidden: [64] }\n"
            + "chain:\n  - { model: &c { latent: 4 } }\n  - { model: " + model + ", objective: { k: 2 } }\n";

        var merged = SweepFile.Parse(text).Expand().Select(trial => TrialConfigJson.Parse(trial.ConfigJson))
            .Single(config => config.Objective.K == 2);

        Assert.Equal([latent], merged.Model.Layers);
        Assert.Equal([hidden], merged.Model.Hidden[0]);
    }

    [Fact]
    public void Parameters_can_be_shared_between_blocks()
    {
        var sweep = SweepFile.Parse("""
            name: a
            dataset: { name: sprites }
            chain:
              - { parameters: &all { objective.k: [1, 5], model.latent: [2, 3] } }
              - { model: { decoder: gaussian }, parameters: { <<: *all, objective.k: [50] } }
            """);

        Assert.Equal(6, sweep.Count());
        Assert.Equal(["objective.k", "model.latent"], sweep.VaryingPaths.Take(2));
    }

    [Fact]
    public void Merged_maps_count_as_if_they_were_written_out()
    {
        var bomb = string.Concat(Enumerable.Range(0, 30)
            .Select(i => $"k{i}: &a{i + 1} {{ <<: *a{i}, x{i}: *a{i}, y{i}: *a{i} }}\n"));

        var fault = Assert.Throws<SweepFileException>(() => SweepFile.Parse("name: a\nk: &a0 { z: 1 }\n" + bomb)).Faults;

        Assert.Contains(fault, f => f.Message.Contains("values once aliases are written out", StringComparison.Ordinal));
    }
}
