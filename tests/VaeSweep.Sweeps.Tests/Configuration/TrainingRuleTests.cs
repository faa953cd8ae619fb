namespace VaeSweep.Sweeps.Tests;

/// <summary>How a model is trained: combinations that mean nothing are refused before anything runs.</summary>
public sealed class TrainingRuleTests
{
    [Theory]
    [InlineData("objective: { warmup: cyclic }",
        "objective.warmup cyclic says how the KL term's weight grows, but objective.warmup_epochs 0 switches that off")]
    [InlineData("objective: { warmup: vampprior }", "objective.warmup vampprior says how")]
    [InlineData("objective: { warmup: cyclic, warmup_epochs: 3, warmup_cycles: 4 }",
        "objective.warmup_cycles 4 is more than objective.warmup_epochs 3")]
    [InlineData("objective: { warmup: linaer }", "objective.warmup has no 'linaer'. Did you mean 'linear'?")]
    [InlineData("train: { optimizer: { name: adam_norm_grad }, clip: 4 }",
        "train.clip 4 does nothing with train.optimizer.name adam_norm_grad")]
    [InlineData("train: { optimizer: { name: adam_iwae_code } }",
        "train.optimizer.name adam_iwae_code adds epsilon to the uncorrected root; set train.optimizer.adam.eps_form hat, "
        + "not torch")]
    [InlineData("train: { optimizer: { name: adam_iwae_code, adam: { eps_form: hat } }, clip_entries: 0.9 }",
        "train.clip and train.clip_entries do nothing with train.optimizer.name adam_iwae_code")]
    [InlineData("train: { optimizer: { name: adm } }", "train.optimizer.name has no 'adm'. Did you mean 'adam'?")]
    [InlineData("train: { schedule: steps }", "train.schedule has no 'steps'. Did you mean 'step'?")]
    [InlineData("train: { schedule: step, schedule_factor: 0 }", "train.schedule_factor takes a number, above 0; found 0.")]
    [InlineData("train: { early_stopping: 50 }\ndataset: { valid: 0 }",
        "train.early_stopping 50 watches the validation bound, but there are no validation images; set dataset.valid.")]
    [InlineData("train: { early_stopping: 50, phases: [{ epochs: 3 }] }\ndataset: { valid: 100 }",
        "train.early_stopping would end all of train.phases")]
    [InlineData("objective: { mc_samples: 10 }", "objective.mc_samples 10 averages estimates of the bound")]
    [InlineData("train: { phases: [{ objective.mc_samples: 10, epochs: 3 }] }",
        "train.phases, phase 2: objective.mc_samples 10 averages")]
    [InlineData("train: { phases: [{ objective.k: 10 }] }", "a phase of train.phases has no epochs; write { epochs: 100, ... }.")]
    [InlineData("train: { phases: [{ epochs: 3, model.latent: 10 }] }", "a phase cannot change 'model.latent'.")]
    [InlineData("train: { phases: [{ epochs: 3, objective.kk: 10 }] }",
        "a phase cannot change 'objective.kk'. Did you mean 'objective.k'?")]
    [InlineData("train: { phases: [{ epochs: 0 }] }", "train.epochs takes a whole number, at least 1; found 0.")]
    [InlineData("train: { phases: 3 }", "train.phases takes a list of phases, like [{ epochs: 100, train.schedule: step }]; "
        + "found 3.")]
    public void What_means_nothing_is_refused_with_what_to_do(string text, string fault) =>
        Assert.Contains(Assert.Throws<SweepFileException>(() => SweepFile.Parse("name: a\n" + text)).Faults,
            found => found.Message.StartsWith(fault, StringComparison.Ordinal));

    [Theory]
    [InlineData("train: { schedule: step, schedule_every: 200 }")]
    [InlineData("train: { optimizer: { name: adam_norm_grad, adam: { lr: 5.0e-4 } } }")]
    [InlineData("train: { optimizer: { name: adam_iwae_code, adam: { betas: [0.99, 0.999], eps: 1.0e-4, eps_form: hat, "
        + "second_moment_start: 1 } } }")]
    [InlineData("train: { optimizer: { adam: { second_moment_start: 1 } }, clip: 4, clip_entries: 0.9 }")]
    [InlineData("train: { early_stopping: 50 }\ndataset: { valid: 100 }")]
    [InlineData("train: { phases: [{ epochs: 100 }] }")]
    [InlineData("objective: { bound: iwae, mc_samples: 10 }")]
    [InlineData("objective: { warmup: cyclic, warmup_epochs: 40, warmup_cycles: 4, warmup_ratio: 0.5 }")]
    public void What_is_given_makes_other_trials_than_the_defaults(string text) =>
        Assert.NotEqual(Single("seeds: 1"), Single(text));

    [Theory]
    [InlineData("train: { schedule: constant, schedule_every: 7, schedule_factor: 0.5 }")]
    [InlineData("train: { optimizer: { name: adam } }")]
    [InlineData("objective: { warmup: linear, warmup_cycles: 7 }")]
    public void What_has_no_meaning_or_is_the_default_leaves_trials_as_they_were(string text) =>
        Assert.Equal(Single("seeds: 1"), Single(text));

    [Fact]
    public void Phases_add_their_epochs_and_come_back_from_the_canonical_form()
    {
        const string Text = "name: a\ntrain: { epochs: 20, phases: [{ epochs: 30, train.schedule: step, objective.bound: iwae, "
            + "objective.k: 10 }, { epochs: 5 }] }";

        var trial = SweepFile.Parse(Text).Expand().Single();

        Assert.Equal(55, trial.Epochs);
        var config = TrialConfigJson.Parse(trial.ConfigJson);
        Assert.Equal(trial.ConfigJson, TrialConfigJson.Write(config));
        Assert.Equal([(1, 20), (21, 50), (51, 55)], TrialPhases.Of(config).Select(phase => (phase.FirstEpoch, phase.LastEpoch)));
        Assert.Equal(["elbo", "iwae", "elbo"], TrialPhases.Of(config).Select(phase => phase.Config.Objective.Bound));
        Assert.Equal(["constant", "step", "constant"], TrialPhases.Of(config).Select(phase => phase.Config.Train.Schedule));
    }

    [Fact]
    public void Phases_can_vary()
    {
        const string Text = "name: a\nparameters: { train.phases: [[], [{ epochs: 30 }], [{ epochs: 30, objective.beta: 2 }, { "
            + "epochs: 5 }]] }";

        Assert.Equal([300, 330, 335], SweepFile.Parse(Text).Expand().Select(trial => trial.Epochs));
    }

    private static string Single(string text) => SweepFile.Parse("name: a\n" + text).Expand().Single().Fingerprint;
}
