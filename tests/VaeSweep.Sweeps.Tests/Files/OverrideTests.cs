namespace VaeSweep.Sweeps.Tests;

public sealed class OverrideTests
{
    private const string Text = "name: a\nmodel: { hidden: [200, 200] }\nparameters: { model.latent: [2, 5, 10], objective.k: "
        + "[1, 5] }\nseeds: 3\n";

    [Fact]
    public void A_set_path_no_longer_varies()
    {
        var sweep = SweepFile.Parse(Text, overrides: ["model.latent=7"]);

        Assert.Equal(6, sweep.Count());
        Assert.All(sweep.Expand(), trial => Assert.Equal([7], TrialConfigJson.Parse(trial.ConfigJson).Model.Layers));
    }

    [Theory]
    [InlineData("model.latent=[3, 4]")]
    [InlineData("parameters.model.latent=[3, 4]")]
    [InlineData("parameters.model.latent={range: [3, 4]}")]
    public void A_list_varies_the_path(string given)
    {
        var sweep = SweepFile.Parse(Text, overrides: [given, "seeds=1"]);

        Assert.Equal([3, 3, 4, 4], sweep.Expand().Select(trial => TrialConfigJson.Parse(trial.ConfigJson).Model.Layers[0])
            .Order());
    }

    [Fact]
    public void A_list_for_a_path_that_takes_lists_is_one_value()
    {
        var sweep = SweepFile.Parse(Text, overrides: ["model.hidden=[50]"]);

        Assert.Equal(18, sweep.Count());
        Assert.Equal([50], TrialConfigJson.Parse(sweep.Expand().First().ConfigJson).Model.Hidden[0]);
    }

    [Theory]
    [InlineData("seeds=0..6", 42)]
    [InlineData("seeds=[4]", 6)]
    public void Other_keys_of_the_file_are_replaced(string given, int trials) =>
        Assert.Equal(trials, SweepFile.Parse(Text, overrides: [given]).Count());

    [Fact]
    public void A_part_of_the_table_is_replaced()
    {
        var sweep = SweepFile.Parse(Text, overrides: ["table.metric=test_elbo", "table.by=[objective.k]"]);

        Assert.Equal("test_elbo", sweep.Table.Metric);
        Assert.Equal(["objective.k"], sweep.Table.By);
    }

    [Fact]
    public void An_override_reaches_into_every_block_of_a_chain()
    {
        const string Chain = "name: a\nchain:\n  - model: { latent: 2 }\n  - parameters: { model.latent: [3, 4] }\n  - { zip: { "
            + "model.latent: [5, 6], objective.k: [1, 2] } }\n";

        var sweep = SweepFile.Parse(Chain, overrides: ["model.latent=9"]);

        Assert.Equal(4, sweep.Combinations());
        Assert.Equal(2, sweep.Count());
    }

    [Fact]
    public void An_override_of_one_block_leaves_the_others()
    {
        const string Chain = "name: a\nchain: [ { model: { latent: 2 } }, { model: { latent: 3 } } ]\n";

        var sweep = SweepFile.Parse(Chain, overrides: ["chain.1.model.latent=9"]);

        Assert.Equal([2, 9], sweep.Expand().Select(trial => TrialConfigJson.Parse(trial.ConfigJson).Model.Layers[0]));
    }

    [Fact]
    public void The_kept_text_has_the_overrides_in_it()
    {
        var once = SweepFile.Parse(Text, overrides: ["model.latent=7"]);

        var again = SweepFile.Parse(once.Text);
        var further = SweepFile.Parse(once.Text, overrides: ["seeds=1"]);

        Assert.Equal(once.Expand(), again.Expand());
        Assert.Equal(once.Text, again.Text);
        Assert.Equal(2, further.Count());
        Assert.Equal(2, SweepFile.Parse(further.Text).Count());
    }

    [Fact]
    public void Without_overrides_the_kept_text_is_the_file() => Assert.Equal(Text, SweepFile.Parse(Text).Text);
}
