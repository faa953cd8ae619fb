namespace VaeSweep.Sweeps.Tests;

public sealed class RandomSearchTests
{
    private const string Space = "parameters: { train.optimizer.adam.lr: { log_uniform: [1.0e-5, 1.0e-2] }, model.latent: { "
        + "uniform: [2, 6] }, objective.k: [1, 5] }\n";

    [Fact]
    public void It_draws_as_many_points_as_asked_each_with_every_seed()
    {
        var sweep = SweepFile.Parse("name: a\nmethod: random\ntrials: 50\nseeds: 2\n" + Space);

        var trials = sweep.Expand().ToArray();

        Assert.Equal(100, sweep.Count());
        Assert.Equal(100, trials.Select(trial => trial.Fingerprint).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Strip(trials[..50]), Strip(trials[50..]));
    }

    [Fact]
    public void Draws_stay_within_their_interval_and_reach_all_of_it()
    {
        var drawn = Configs("trials: 400\n" + Space);

        Assert.All(drawn, config => Assert.InRange(config.Train.Adam.Lr, 1e-5, 1e-2));
        Assert.Equal([2, 3, 4, 5, 6], drawn.Select(config => config.Model.Layers[0]).Distinct().Order());
        Assert.Equal([1, 5], drawn.Select(config => config.Objective.K).Distinct().Order());

        // Each of three decades has a third of 400 draws; six standard deviations of that are 57.
        Assert.All([1e-5, 1e-4, 1e-3], decade =>
            Assert.InRange(drawn.Count(config => config.Train.Adam.Lr >= decade && config.Train.Adam.Lr < 10 * decade), 76, 190));
    }

    [Fact]
    public void More_draws_keep_the_earlier_ones()
    {
        var few = SweepFile.Parse("name: a\nmethod: random\ntrials: 20\n" + Space).Expand().ToArray();
        var more = SweepFile.Parse("name: a\nmethod: random\ntrials: 60\n" + Space).Expand().ToArray();

        Assert.Equal(few, more[..20]);
    }

    [Fact]
    public void Another_search_seed_draws_other_points()
    {
        var one = Configs("trials: 20\n" + Space);
        var other = Configs("trials: 20\nsearch_seed: 1\n" + Space);

        Assert.Empty(one.Select(config => config.Train.Adam.Lr).Intersect(other.Select(config => config.Train.Adam.Lr)));
    }

    [Fact]
    public void A_space_with_fewer_points_is_drawn_completely()
    {
        var sweep = SweepFile.Parse(
            "name: a\nmethod: random\ntrials: 50\nparameters: { model.latent: [2, 3, 4], objective.k: [1, 5] }");

        Assert.Equal(6, sweep.Count());
        Assert.Equal(6, sweep.Expand().Select(trial => trial.Fingerprint).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Conditions_hold_for_draws()
    {
        var drawn = Configs(
            "trials: 60\nparameters: { objective.bound: [elbo, iwae], objective.free_bits: { uniform: [0.1, 1], when: { "
                + "objective.bound: elbo } }, objective.beta: { uniform: [0, 1] } }");

        Assert.All(drawn, config => Assert.Equal(config.Objective.Bound == "elbo", config.Objective.FreeBits > 0));
    }

    [Fact]
    public void An_interval_that_reaches_into_the_impossible_is_refused()
    {
        var e = Assert.Throws<SweepFileException>(() =>
            Configs("trials: 5\ndataset: { train: 500 }\nparameters: { train.batch_size: { uniform: [10, 501] } }"));

        Assert.Contains("train.batch_size 501 is more than the 500 training images", e.Message, StringComparison.Ordinal);
    }

    private static TrialConfig[] Configs(string text) => SweepFile.Parse("name: a\nmethod: random\n" + text).Expand()
        .Select(trial => TrialConfigJson.Parse(trial.ConfigJson)).ToArray();

    private static string[] Strip(Trial[] trials) =>
        trials.Select(trial => TrialConfigJson.Write(TrialConfigJson.Parse(trial.ConfigJson) with { Seed = 0 })).ToArray();
}
