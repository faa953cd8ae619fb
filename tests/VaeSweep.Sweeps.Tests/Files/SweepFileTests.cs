namespace VaeSweep.Sweeps.Tests;

public sealed class SweepFileTests
{
    [Fact]
    public void The_sweep_of_the_design_document_reads_and_counts()
    {
        var sweep = SweepFile.Parse(
            """
            name: iwae-mnist
            dataset: { name: mnist, binarization: dynamic, train: 50000, valid: 10000 }
            train:   { epochs: 300, batch_size: 100, optimizer: { adam: { lr: 1.0e-3, betas: [0.9, 0.999], eps: 1.0e-8 } } }
            model:   { hidden: [200, 200], activation: softplus }
            method: grid
            parameters:
              model.decoder: [bernoulli, gaussian]
              objective.k: [1, 5, 50]
              model.batch_norm: [false, true]
              objective.warmup_epochs: [0, 100]
              model.latent: [2, 5, 10, 20, 50, 100]
            seeds: 0..2
            evaluate: { metrics: [test_elbo, test_nll, active_units], importance_samples: 500 }
            scheduler: none
            table: { by: [model.decoder, objective.k], metric: test_nll }
            reference:
              - { where: { model.latent: 50 }, metric: test_nll, value: 88.72, source: "a paper" }
            """);

        var trials = sweep.Expand().ToArray();

        Assert.Equal("iwae-mnist", sweep.Name);
        Assert.Equal(2 * 3 * 2 * 2 * 6 * 3, sweep.Count());
        Assert.Equal(432, trials.Length);
        Assert.Equal(432, trials.Select(trial => trial.Fingerprint).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Enumerable.Range(0, 432).Select(i => (long)i), trials.Select(trial => trial.Index));
        Assert.Equal(300, trials[0].Epochs);
        Assert.Contains("\"model.latent\":2,", trials[0].ConfigJson, StringComparison.Ordinal);
        Assert.True(sweep.References[0].Where.Matches(trials[4].ConfigJson));
        Assert.False(sweep.References[0].Where.Matches(trials[0].ConfigJson));
        Assert.Equal(["model.decoder", "objective.k", "model.batch_norm", "objective.warmup_epochs", "model.latent"],
            sweep.VaryingPaths);
    }

    [Fact]
    public void Every_expanded_configuration_is_canonical()
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { model.latent: [2, 5], dataset.binarization: [none, static], objective.beta: [1, 0.5] }");

        foreach (var trial in sweep.Expand())
        {
            var config = TrialConfigJson.Parse(trial.ConfigJson);

            Assert.Equal(trial.ConfigJson, TrialConfigJson.Write(config));
            Assert.Equal(trial, TrialConfigJson.ToTrial(config, trial.Index));
        }
    }
}
