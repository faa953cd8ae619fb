namespace VaeSweep.Sweeps.Tests;

/// <summary>How a model is trained: combinations that mean nothing are refused before anything runs.</summary>
public sealed class TrainingRuleTests
{
    [Theory]
    [InlineData("objective: { warmup: cyclic }", "objective.warmup cyclic says how the KL term's weight grows, but objective.warmup_epochs 0 switches that off")]
    [InlineData("objective: { warmup: vampprior }", "objective.warmup vampprior says how")]
    [InlineData("objective: { warmup: cyclic, warmup_epochs: 3, warmup_cycles: 4 }", "objective.warmup_cycles 4 is more than objective.warmup_epochs 3")]
    [InlineData("objective: { warmup: linaer }", "objective.warmup has no 'linaer'. Did you mean 'linear'?")]
    [InlineData("train: { optimizer: { name: adam_norm_grad }, clip: 4 }", "train.clip 4 does nothing with train.optimizer.name adam_norm_grad")]
    [InlineData("train: { optimizer: { name: adm } }", "train.optimizer.name has no 'adm'. Did you mean 'adam'?")]
    [InlineData("train: { schedule: steps }", "train.schedule has no 'steps'. Did you mean 'step'?")]
    [InlineData("train: { schedule: step, schedule_factor: 0 }", "train.schedule_factor takes a number, above 0; found 0.")]
    public void What_means_nothing_is_refused_with_what_to_do(string text, string fault) =>
        Assert.Contains(Assert.Throws<SweepFileException>(() => SweepFile.Parse("name: a\n" + text)).Faults, found => found.Message.StartsWith(fault, StringComparison.Ordinal));

    [Theory]
    [InlineData("train: { schedule: step, schedule_every: 200 }")]
    [InlineData("train: { optimizer: { name: adam_norm_grad, adam: { lr: 5.0e-4 } } }")]
    [InlineData("train: { optimizer: { adam: { second_moment_start: 1 } }, clip: 4, clip_entries: 0.9 }")]
    [InlineData("objective: { warmup: cyclic, warmup_epochs: 40, warmup_cycles: 4, warmup_ratio: 0.5 }")]
    public void What_is_given_makes_other_trials_than_the_defaults(string text) =>
        Assert.NotEqual(Single("seeds: 1"), Single(text));

    [Theory]
    [InlineData("train: { schedule: constant, schedule_every: 7, schedule_factor: 0.5 }")]
    [InlineData("train: { optimizer: { name: adam } }")]
    [InlineData("objective: { warmup: linear, warmup_cycles: 7 }")]
    public void What_has_no_meaning_or_is_the_default_leaves_trials_as_they_were(string text) =>
        Assert.Equal(Single("seeds: 1"), Single(text));

    private static string Single(string text) => SweepFile.Parse("name: a\n" + text).Expand().Single().Fingerprint;
}
