namespace VaeSweep.Sweeps.Tests;

public sealed class SearchFileTests
{
    [Theory]
    [InlineData("method: tpe", "method tpe needs `trials`: how many points to draw.")]
    [InlineData("method: tpe\ntrials: 9\nsearch: { metric: test_elbo }", "is of test images")]
    [InlineData("method: tpe\ntrials: 9\nsearch: { metric: valid_nll }", "is not reported with every epoch")]
    [InlineData("method: tpe\ntrials: 9\nsearch: { metric: valid_kl }", "has no better end")]
    [InlineData("method: tpe\ntrials: 9\nsearch: { starup: 3 }", "Did you mean 'startup'?")]
    [InlineData("method: tpe\ntrials: 9\nparameters: { model.decoder: [bernoulli, gaussian] }", "cannot be compared")]
    [InlineData("method: tpe\ntrials: 9\nparameters: { train.epochs: [1, 2] }", "trials of the same length")]
    [InlineData("method: tpe\ntrials: 9\ndataset: { valid: 0 }", "needs validation images: set dataset.valid.")]
    [InlineData("method: tpe\ntrials: 9\nchain: [ { seeds: 2 } ]", "method tpe learns from parameters that all points share")]
    [InlineData("search: { startup: 3 }", "`search` belongs to method random, sobol or tpe, to a scheduler or to confirm")]
    [InlineData("scheduler: asha", "scheduler asha takes its settings: { asha: { min_epochs: 5 } }.")]
    [InlineData("scheduler: { asah: { min_epochs: 5 } }", "Did you mean 'asha'?")]
    [InlineData("scheduler: { asha: { reduction: 3 } }", "asha needs min_epochs")]
    [InlineData("scheduler: { asha: { min_epochs: 5, reduction: 1 } }", "reduction takes a whole number, at least 2")]
    [InlineData(
        "scheduler: { asha: { min_epochs: 9 } }\ntrain: { epochs: 9 }", "min_epochs 9 leaves nothing to save of 9 epochs")]
    [InlineData("scheduler: { asha: { min_epochs: 1 } }\nparameters: { train.epochs: [5, 9] }", "compares trials of one length")]
    [InlineData("scheduler: { pbt: { min_epochs: 1 } }", "pbt needs every")]
    [InlineData("scheduler: { pbt: { every: 1, quantile: 0.7 } }", "quantile takes a number from 0 to 0.5; found 0.7.")]
    [InlineData("scheduler: { pbt: { every: 1 } }\nparameters: { model.latent: [2, 3] }", "varies, and pbt copies a model")]
    [InlineData("scheduler: { pbt: { every: 1 } }\ntrain: { schedule: step }", "pbt finds a schedule itself")]
    [InlineData("scheduler: { pbt: { every: 1 } }\nmethod: tpe\ntrials: 4", "draw the population with method random or sobol")]
    [InlineData("confirm: 5", "like { top: 5, seeds: 5 }; found 5.")]
    [InlineData("confirm: { top: 0 }", "top takes a whole number, at least 1")]
    [InlineData("confirm: { seeds: 1 }", "seeds takes a whole number, at least 2")]
    [InlineData("confirm: { sedes: 3 }", "Did you mean 'seeds'?")]
    [InlineData("confirm: { top: 3 }\nparameters: { model.decoder: [bernoulli, gaussian] }", "confirm cannot compare valid_elbo")]
    [InlineData("confirm: { top: 3 }\ndataset: { valid: 0 }", "confirm looks at valid_elbo, which needs validation images")]
    public void What_a_search_cannot_be_is_told(string text, string expected)
    {
        var faults = Assert.Throws<SweepFileException>(() => SweepFile.Parse("name: a\n" + text)).Faults;

        Assert.Contains(faults, one => one.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_first_look_before_the_end_of_the_warm_up_warns()
    {
        var sweep = SweepFile.Parse("""
            name: a
            train: { epochs: 30 }
            objective: { warmup_epochs: 10 }
            scheduler: { hyperband: { min_epochs: 3 } }
            parameters: { model.latent: [2, 3] }
            """);

        Assert.Contains("min_epochs 3 is before the end of objective.warmup_epochs 10", Assert.Single(sweep.Warnings).Message,
            StringComparison.Ordinal);
        Assert.Equal(3, sweep.Scheduler!.FirstBudget);
        Assert.Equal("hyperband", sweep.SchedulerName);
    }

    [Fact]
    public void Sobol_draws_all_points_at_once_and_more_keep_the_earlier_ones()
    {
        const string Space = "name: a\nmethod: sobol\nparameters: { train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0] } }\n";
        var few = SweepFile.Parse(Space + "trials: 16\n").Expand().ToArray();
        var more = SweepFile.Parse(Space + "trials: 64\n").Expand().ToArray();

        Assert.Equal(few, more[..16]);
        var rates = few.Select(one => Math.Log10(TrialConfigJson.Parse(one.ConfigJson).Train.Adam.Lr) + 4);
        Assert.Equal(16, rates.Select(one => (int)(one * 4)).Distinct().Count());
    }

    [Fact]
    public void What_is_enqueued_comes_first_and_the_rest_is_drawn()
    {
        const string Text = """
            name: a
            method: tpe
            trials: 20
            dataset: { valid: 100 }
            parameters:
              model.latent: { uniform: [2, 40] }
              objective.bound: [elbo, iwae]
              objective.k: { values: [2, 5, 10], when: { objective.bound: iwae } }
            enqueue:
              - { model.latent: 33 }
              - { objective.bound: iwae, objective.k: 5 }
            """;

        var configs = SweepFile.Parse(Text).Expand().Select(one => TrialConfigJson.Parse(one.ConfigJson)).ToArray();

        Assert.Equal(4, configs.Length);
        Assert.Equal(33, configs[0].Model.Layers[0]);
        Assert.Equal(("iwae", 5), (configs[1].Objective.Bound, configs[1].Objective.K));
        Assert.Contains(
            Assert.Throws<SweepFileException>(() => SweepFile.Parse(Text.Replace("33", "41", StringComparison.Ordinal))).Faults,
            one => one.Message.Contains("model.layers [41] is not among the values", StringComparison.Ordinal));
        Assert.Contains(
            Assert.Throws<SweepFileException>(
                () => SweepFile.Parse(Text.Replace("{ model.latent: 33", "{ train.epochs: 3", StringComparison.Ordinal))).Faults,
            one => one.Message.Contains("train.epochs does not vary", StringComparison.Ordinal));
    }
}
