namespace VaeSweep.Sweeps.Tests;

public sealed class FaultTests
{
    [Fact]
    public void All_faults_of_a_file_are_reported_at_once_with_place_and_nearest_name()
    {
        const string Text =
            """
            name: my sweep!
            datset: { name: mnist }
            dataset: { name: mnst, train: "20", valid: yes, binarization: dynamc }
            model:
              latent_dims: 20
              posterior: planer
              batch_norm: yes
              family: hvae
            train: { optimizer: adam, schedule: {x: 1}, batchsize: 10 }
            model.decoder: gaussian
            method: sobal
            parameters:
              model.latents: [1, 2]
              objective.k: [1, 1, 0, "5"]
              lr: [1e-3]
              model: { latent: [2] }
              model.hidden: [200, 200]
              seed: [1, 2]
              objective.beta: { uniform: [0, 1] }
              objective.free_bits: { values: [0, 0.5], range: [1, 2] }
            zip:
              - { train.epochs: [1, 2], train.batch_size: [10, 20, 30] }
            seeds: 5..2
            evaluate: { metrics: [test_nnl] }
            scheduler: asha
            table: { by: [model.latnt], metric: nll, colums: [] }
            reference: [ { metric: test_nll, value: high } ]
            max_attempts: 0
            """;

        var faults = Faults(Text, "train.epoch=3", "foo", "chain.2.model.latent=3",
            "model.activation=x").Select(Brief).ToArray();

        Assert.Equal(
            [
                "s.yaml:1:7: name takes up to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit; found the "
                    + "text 'my sweep!'.",
                "s.yaml:2:1: unknown key 'datset'. Did you mean 'dataset'?",
                "s.yaml:3:18: dataset.name has no 'mnst'. Did you mean 'mnist'?",
                "s.yaml:3:31: dataset.train takes a whole number, at least 1, or all; found the text \"20\"; leave out "
                    + "the quotes.",
                "s.yaml:3:44: dataset.valid takes a whole number, at least 0, or all; found the text 'yes'.",
                "s.yaml:3:63: dataset.binarization has no 'dynamc'. Did you mean 'dynamic'?",
                "s.yaml:5:3: there is no path 'model.latent_dims'. Did you mean 'latent'?",
                "s.yaml:6:14: model.posterior has no 'planer'. Did you mean 'planar'?",
                "s.yaml:7:15: model.batch_norm takes true or false; found the text 'yes'; write true.",
                "s.yaml:8:3: model.family hvae has two stochastic layers, but model.layers has 1; give two, or use vae "
                    + "or ladder.",
                "s.yaml:9:21: train.optimizer takes a map of adam, name; found the text 'adam'.",
                "s.yaml:9:37: train.schedule takes one of constant, step, iwae; found a map.",
                "s.yaml:9:45: there is no path 'train.batchsize'. Did you mean 'batch_size'?",
                "s.yaml:10:1: unknown key 'model.decoder'. To fix it for all trials write it in its block (model: ...); to vary "
                    + "it, under parameters.",
                "s.yaml:11:9: method takes grid, random, sobol or tpe; found the text 'sobal'. Did you mean 'sobol'?",
                "s.yaml:13:3: there is no path 'model.latents'. Did you mean 'model.latent'?",
                "s.yaml:14:20: objective.k has the value 1 twice.",
                "s.yaml:14:23: objective.k takes a whole number, at least 1; found 0.",
                "s.yaml:14:26: objective.k takes a whole number, at least 1; found the text \"5\"; leave out the quotes.",
                "s.yaml:15:3: there is no path 'lr'. Did you mean 'train.optimizer.adam.lr'?",
                "s.yaml:16:3: paths are written in full here: "
                    + string.Join(
                        ", ", ConfigSchema.Writable.Where(path => path.StartsWith("model.", StringComparison.Ordinal))) + ".",
                "s.yaml:17:17: each value of model.hidden is a list of whole numbers at least 1 and at most 65536, like [200, "
                    + "200], or one such list for each layer; "
                    + "a list of one such value is written [[...]].",
                "s.yaml:18:3: seeds are an axis of their own: write `seeds: 5` or `seeds: 0..4` at the top of the file.",
                "s.yaml:19:3: objective.beta is drawn from an interval, which needs method random, sobol or tpe; a grid takes "
                    + "values, range or log_range.",
                "s.yaml:20:24: objective.free_bits takes a list, or a map with one of values, range, log_range, uniform, "
                    + "log_uniform, and perhaps when; found values and range.",
                "s.yaml:22:5: lists of a zip have the same length; found train.epochs with 2, train.batch_size with 3.",
                "s.yaml:23:8: seeds takes a count (5), a range (0..4) or a list ([3, 14]); found the text '5..2'.",
                "s.yaml:24:23: evaluate.metrics has no 'test_nnl'. Did you mean 'test_nll'?",
                "s.yaml:25:12: scheduler asha takes its settings: { asha: { min_epochs: 5 } }.",
                "s.yaml:26:15: by names configuration paths; there is no 'model.latnt'. Did you mean 'model.latent'?",
                "s.yaml:26:37: there is no metric 'nll'. Did you mean 'test_nll'?",
                "s.yaml:26:42: unknown key 'colums' in table. Did you mean 'columns'?",
                "s.yaml:27:14: this reference has no source.",
                "s.yaml:28:15: max_attempts takes a whole number, at least 1 and at most 1000; found 0.",
                "--set train.epoch=3: there is no path 'train.epoch'. Did you mean 'epochs'?",
                "--set foo: takes path=value, like train.epochs=3.",
                "--set chain.2.model.latent=3: chain.2 does not exist: the sweep has no chain.",
                "--set model.activation=x: model.activation has no 'x'.",
            ],
            faults);
    }

    [Theory]
    [InlineData("", "s.yaml:1:1: the file is empty; a sweep needs at least a name.")]
    [InlineData("# nothing\n", "s.yaml:1:1: the file is empty; a sweep needs at least a name.")]
    [InlineData("just text", "s.yaml:1:1: a sweep file is a map of settings, like `name: my-sweep`; found the text 'just text'.")]
    [InlineData("- a\n- b", "s.yaml:1:1: a sweep file is a map of settings, like `name: my-sweep`; found a list.")]
    [InlineData("train: { epochs: 3 }", "s.yaml:1:1: the sweep has no name; write `name: my-sweep`.")]
    [InlineData("name: a\nmodel:\n\tlatent: 3\n", "s.yaml:3:1: a tab in the indentation; YAML is indented with spaces.")]
    [InlineData("name: a\nname: b\n", "s.yaml:2:1: 'name' is given twice, first in line 1.")]
    [InlineData("name: a\n---\nname: b\n", "s.yaml:2:1: a second YAML document starts here; a file holds one sweep.")]
    [InlineData("name: a\ntrain: *gone\n", "s.yaml:2:8: not valid YAML: the alias *gone has no complete anchor before it.")]
    [InlineData("name: a\ntrain: &x { <<: *x }\n", "s.yaml:2:17: not valid YAML: the alias *x has no complete anchor before it.")]
    [InlineData("name: a\nmodel: &m { latent: 2 }\ntrain: { <<: *m }\n",
        "s.yaml:2:13: there is no path 'train.latent'. Did you mean 'model.latent'?")]
    [InlineData("name: a\nmodel: { <<: 3 }\n", "s.yaml:2:14: << takes a map or a list of maps, like <<: *name; found 3.")]
    [InlineData("name: a\nmodel: &m { latent: 2 }\nchain: [{ model: { <<: *m, <<: *m } }]\n",
        "s.yaml:3:28: '<<' is given twice, first in line 3; several maps are merged by a list: <<: [*a, *b].")]
    [InlineData("name: a\nmodel: { latent: 2, latent: 3 }\n", "s.yaml:2:21: 'latent' is given twice, first in line 2.")]
    [InlineData("name: a\ntrain: { epochs: !!python/object 3 }\n",
        "s.yaml:2:18: YAML tags such as tag:yaml.org,2002:python/object have no meaning here; leave it out.")]
    [InlineData("name: a\ntrain: { 1: 2, [a]: 3, epochs: 3 }\n",
        "s.yaml:2:10: there is no path 'train.1'.|s.yaml:2:16: a key is a name, not a list.")]
    public void Malformed_files_are_refused_with_the_place(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Faults(text).Select(Brief));

    [Fact]
    public void A_file_that_is_no_yaml_is_refused_with_the_place()
    {
        var fault = Assert.Single(Faults("name: a\nmodel: { latent: [2, 3 }\n"));

        Assert.StartsWith("s.yaml:2:", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("not valid YAML", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_multiply_are_refused_before_they_take_memory()
    {
        var lines = Enumerable.Range(1, 20)
            .Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");

        var fault = Assert.Single(Faults("name: a\na0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + string.Join('\n', lines)));

        Assert.Contains("once aliases are written out", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var fault = Assert.Single(Faults("name: " + new string('[', 5000) + new string(']', 5000)));

        Assert.Contains("levels deep", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_gives_the_same_values_again()
    {
        var sweep = SweepFile.Parse("name: a\nparameters: { objective.k: &sizes [1, 5], model.latent: *sizes }");

        Assert.Equal(4, sweep.Count());
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_unread()
    {
        var fault = Assert.Single(Faults(new string('#', SweepFile.MaxBytes + 1)));

        Assert.Contains("a sweep file has at most", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_a_fault_and_no_crash()
    {
        var e = Assert.Throws<SweepFileException>(() => SweepFile.Load("does-not-exist.yaml"));

        Assert.StartsWith("does-not-exist.yaml: there is no such file.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("objective: { bound: iwae, free_bits: 0.5 }",
        "2:27: objective.free_bits needs a KL term, which objective.bound iwae does not have; use elbo or free_bits 0.")]
    [InlineData("parameters: { objective.bound: [elbo, iwae], objective.free_bits: [0, 1] }",
        "2:46: objective.free_bits needs a KL term, which objective.bound iwae does not have; use elbo or free_bits 0.")]
    [InlineData("dataset: { train: 50 }", "2:12: train.batch_size 100 is more than the 50 training images.")]
    [InlineData("dataset: { train: 55000, valid: 5001 }",
        "2:26: dataset.train 55000 and dataset.valid 5001 are more than the 60000 training images of mnist.")]
    [InlineData("dataset: { test: 10001 }", "2:12: dataset.test 10001 is more than the 10000 test images of mnist.")]
    [InlineData("dataset: { classes: [1, 10] }", "2:12: dataset.classes [1, 10]: the classes of mnist are 0 to 9.")]
    [InlineData("dataset: { name: caltech101-silhouettes, classes: [0] }",
        "2:42: dataset.classes [0]: the classes of caltech101-silhouettes are 1 to 101.")]
    [InlineData("dataset: { name: frey-faces, classes: [0] }", "2:30: dataset.classes [0]: frey-faces has no labels.")]
    [InlineData("dataset: { name: frey-faces, train: 1566 }",
        "2:30: dataset.train 1566 is more than the 1565 training images of frey-faces.")]
    [InlineData("model: { layers: [4, 2], prior: vampprior }",
        "2:26: model.prior vampprior needs q(z|x) of the top layer, which model.family vae with 2 layers does not have: "
        + "it infers layer from layer; use one layer, model.family hvae or ladder, or model.prior standard or mixture.")]
    [InlineData("model: { prior: mixture }\nobjective: { free_bits: 0.5 }",
        "3:14: objective.free_bits needs a KL term for each unit, which model.prior mixture with model.posterior gaussian does "
        + "not have; use objective.free_bits_form image, or model.prior standard and model.posterior gaussian.")]
    [InlineData("dataset: { train: 200 }\nmodel: { prior: vampprior_data }",
        "3:10: model.pseudo_inputs 500 is more than the 200 training images that model.prior vampprior_data takes them from.")]
    [InlineData("dataset: { train: 200, valid: 40 }\nmodel: { prior: vampprior_data, pseudo_inputs: 201 }",
        "3:33: model.pseudo_inputs 201 is more than the 200 training images that model.prior vampprior_data takes them from.")]
    [InlineData("evaluate: { metrics: [valid_nll] }", "2:13: evaluate.metrics has valid_nll, but there are no validation images; "
        + "set dataset.valid.")]
    [InlineData("model: { latent: 3, layers: [3] }", "2:21: model.layers is model.layers, which is given in line 2 already.")]
    [InlineData("model: { latent: 3 }\nparameters: { model.latent: [2, 3] }",
        "3:15: model.latent varies here but is fixed in line 2; leave one of them out.")]
    [InlineData("parameters: { model.latent: [2, 3], model.layers: [[4]] }",
        "2:37: model.layers varies in line 2 already as model.latent.")]
    [InlineData("parameters: { objective.k: { values: [1], when: { objective.beta: 1 } }, objective.beta: { values: [2], when: { "
        + "objective.k: 1 } } }",
        "2:15: the `when` of objective.k waits for itself: its conditions look at parameters whose conditions look at it.")]
    [InlineData("when: { objective.k: 7 }", "2:1: no combination satisfies every `when`, so there are no trials.")]
    [InlineData("seeds: 100000\nparameters: { model.latent: { range: [1, 60000] } }",
        "3:1: 6000000000 trials; a sweep has at most 1000000000.")]
    [InlineData("method: random", "2:1: method random needs `trials`: how many points to draw.")]
    [InlineData("trials: 3", "2:1: `trials` belongs to method random, sobol or tpe; a grid has as many as its parameters make.")]
    [InlineData("zip: { objective.k: [1, 1], model.latent: [2, 2] }", "2:6: entry 2 of this zip repeats an earlier one.")]
    public void Impossible_combinations_are_refused(string text, string expected) =>
        Assert.Equal("s.yaml:" + expected, Assert.Single(Faults("name: a\n" + text)).ToString());

    [Theory]
    [InlineData("dataset: { binarization: none }",
        "2:12: model.decoder bernoulli with dataset.binarization none: cross-entropies on grey values are no log-likelihoods and "
        + "come out higher.")]
    [InlineData("objective: { warmup_epochs: 300 }", "2:14: objective.warmup_epochs 300 does not end within train.epochs 300: "
        + "the KL term never has its full weight.")]
    [InlineData("model: { pseudo_inputs: 100 }", "2:10: model.pseudo_inputs changes nothing here: it has a meaning when "
        + "model.prior is vampprior or vampprior_data or mixture.")]
    [InlineData("evaluate: { metrics: [test_elbo], importance_samples: 9 }",
        "2:35: evaluate.importance_samples changes nothing here: it has a meaning when evaluate.metrics has test_nll or "
        + "train_nll or valid_nll or test_bpd or train_bpd or valid_bpd.")]
    [InlineData("parameters: { objective.k: { values: [1, 5], when: { objective.bound: iwae } } }",
        "2:15: objective.k never varies here: its `when` never holds.")]
    [InlineData("reference: [ { where: { model.latent: 3 }, metric: test_nll, value: 80, source: s } ]",
        "2:1: the reference where model.latent=3 is about no trial of this sweep.")]
    [InlineData("parameters: { objective.k: { range: [1, 10, 4] } }",
        "2:37: range [1, 10, 4] ends at 9: another step of 4 would pass 10, which is left out.")]
    [InlineData("parameters: { objective.beta: { range: [1, 0.25, -0.5] } }",
        "2:40: range [1, 0.25, -0.5] ends at 0.5: another step of -0.5 would pass 0.25, which is left out.")]
    public void Doubtful_settings_are_warned_of(string text, string expected)
    {
        var sweep = SweepFile.Parse("name: a\n" + text, "s.yaml");

        Assert.Equal("s.yaml:" + expected, Assert.Single(sweep.Warnings).ToString());
    }

    private static IReadOnlyList<SweepFault> Faults(string text, params string[] overrides) =>
        Assert.Throws<SweepFileException>(() => SweepFile.Parse(text, "s.yaml", overrides)).Faults;

    /// <summary>Without the list of what is allowed, which grows with every version.</summary>
    private static string Brief(SweepFault fault) => fault.ToString().Split(" Allowed")[0];
}
