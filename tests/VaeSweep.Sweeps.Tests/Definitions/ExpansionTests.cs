using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace VaeSweep.Sweeps.Tests;

[Collection(nameof(MemoryOfTheProcess))]
public sealed class ExpansionTests
{
    [Fact]
    public void Points_come_with_the_last_parameter_fastest_and_the_seed_slowest()
    {
        var points = Points("parameters: { objective.k: [1, 5], model.latent: [2, 3] }\nseeds: 7..8");

        Assert.Equal(["7 1 2", "7 1 3", "7 5 2", "7 5 3", "8 1 2", "8 1 3", "8 5 2", "8 5 3"], points);
    }

    [Theory]
    [InlineData("seeds: 3", "0,1,2")]
    [InlineData("seeds: 3..3", "3")]
    [InlineData("seeds: [9, 2]", "9,2")]
    [InlineData("description: none given", "0")]
    public void Seeds_are_a_count_a_range_or_a_list(string text, string expected) =>
        Assert.Equal(expected, string.Join(',', SweepFile.Parse("name: a\n" + text).Expand().Select(trial => trial.Seed)));

    [Theory]
    [InlineData("objective.beta: { range: [0.1, 0.5, 0.2] }", "0.1 0.3 0.5")]
    [InlineData("objective.beta: { range: [1, 0, -0.5] }", "1 0.5 0")]
    [InlineData("objective.beta: { log_range: [0.01, 100, 5] }", "0.01 0.1 1 10 100")]
    [InlineData("objective.beta: { values: [1, 1.5] }", "1 1.5")]
    [InlineData("objective.beta: 2", "2")]
    public void Ranges_have_both_ends_and_no_rounding_noise(string parameter, string expected)
    {
        var betas = SweepFile.Parse($"name: a\nparameters: {{ {parameter} }}").Expand()
            .Select(trial => ConfigValue.Of(TrialConfigJson.Parse(trial.ConfigJson).Objective.Beta).Json);

        Assert.Equal(expected, string.Join(' ', betas));
    }

    [Fact]
    public void A_logarithmic_range_of_whole_numbers_is_rounded_and_has_none_twice() =>
        Assert.Equal(["0 1 1", "0 1 2", "0 1 3", "0 1 4"], Points("parameters: { model.latent: { log_range: [1, 4, 6] } }"));

    [Fact]
    public void A_conditional_parameter_varies_only_where_its_condition_holds() =>
        Assert.Equal(
            ["0 1 5", "0 3 2", "0 3 4", "0 9 2", "0 9 4"],
            Points("model: { latent: 5 }\nparameters: { model.latent: { values: [2, 4], when: { objective.k: [3, 9] } }, "
                + "objective.k: [1, 3, 9] }"));

    [Fact]
    public void A_parameter_without_a_meaning_makes_no_further_trials()
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { dataset.seed: [1, 2, 3], dataset.binarization: [none, static] }");

        Assert.Equal(4, sweep.Count());
        Assert.Equal(4, sweep.Expand().Select(trial => trial.Fingerprint).Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain("dataset.seed", sweep.Expand().First().ConfigJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Zipped_lists_go_together() =>
        Assert.Equal(["0 1 2", "0 5 3", "0 9 4"], Points("zip: { objective.k: [1, 5, 9], model.latent: [2, 3, 4] }"));

    [Fact]
    public void A_zip_crosses_with_other_parameters_and_obeys_its_condition()
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { model.batch_norm: [true, false] }\nzip:\n  - { objective.k: [1, 5], model.latent: [2, 3], "
                + "when: { model.batch_norm: true } }\n  - { train.epochs: [400, 500], train.batch_size: [10, 20] }");

        Assert.Equal((2 + 1) * 2, sweep.Count());
        Assert.Equal(6, sweep.Expand().LongCount());
    }

    [Fact]
    public void Zip_rows_that_differ_only_in_a_path_without_a_meaning_are_one_trial()
    {
        var sweep = SweepFile.Parse(
            "name: a\ndataset: { binarization: none }\nmodel: { decoder: gaussian }\nzip: { objective.k: [1, 1, 5], "
                + "dataset.seed: [1, 2, 3] }");

        Assert.Equal(3, sweep.Combinations());
        Assert.Equal(2, sweep.Count());
        Assert.Equal(2, sweep.Expand().LongCount());
    }

    [Fact]
    public void A_chain_is_the_union_of_its_blocks_each_crossed_with_what_is_above()
    {
        var points = Points(
            """
            parameters: { objective.k: [1, 5] }
            chain:
              - model: { latent: 2 }
              - parameters: { model.latent: [3, 4] }
                objective: { k: 9 }
            """);

        Assert.Equal(["0 1 2", "0 5 2", "0 9 3", "0 9 4"], points);
    }

    [Fact]
    public void Blocks_that_overlap_give_each_trial_once()
    {
        var sweep = SweepFile.Parse(
            "name: a\nchain: [ { parameters: { model.latent: [2, 3] } }, { parameters: { model.latent: [3, 4] } } ]\nseeds: 2");

        Assert.Equal(8, sweep.Combinations());
        Assert.Equal(6, sweep.Count());
        Assert.Equal(6, sweep.Expand().Select(trial => trial.Fingerprint).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([0, 1, 2, 3, 4, 5], sweep.Expand().Select(trial => trial.Index));
    }

    [Fact]
    public void Blocks_that_cannot_overlap_are_counted_without_expanding()
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { objective.beta: { range: [1, 1000] } }\nchain: [ { objective: { k: 1 } }, { objective: { "
                + "k: 5 } } ]");

        Assert.False(sweep.MayRepeat);
        Assert.Equal(2000, sweep.Count());
    }

    [Fact]
    public void A_block_may_have_its_own_seeds() =>
        Assert.Equal(["0 1 2", "0 1 3", "1 1 2", "2 1 2"],
            Points("chain: [ { model: { latent: 2 }, seeds: 3 }, { model: { latent: 3 }, seeds: 1 } ]"));

    [Fact]
    public void A_condition_on_a_block_leaves_out_the_rest() =>
        Assert.Equal(["0 5 2", "0 5 3"],
            Points("parameters: { model.latent: [2, 3], objective.k: [1, 5] }\nchain: [ { when: { objective.k: 5 } } ]"));

    [Fact]
    public void What_varies_is_listed_as_trials_name_it()
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { model.layers: [[2], [3]], objective.k: [1] }\nchain: [ { model: { batch_norm: true } }, { "
                + "train: { epochs: 400 } } ]\ntable: { by: [model.layers] }");

        Assert.Equal(["model.latent", "model.batch_norm", "train.epochs"], sweep.VaryingPaths);
        Assert.Equal(["model.latent"], sweep.Table.By);
    }

    [Fact]
    public void The_count_is_the_number_of_expanded_trials_and_all_are_different()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1)), seed =>
        {
            var sweep = SweepFile.Parse(RandomSweep(new Random(seed)));
            var fingerprints = sweep.Expand().Select(trial => trial.Fingerprint).ToArray();

            return sweep.Count() == fingerprints.Length && sweep.Combinations() >= fingerprints.Length
                && fingerprints.Distinct(StringComparer.Ordinal).Count() == fingerprints.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_order_in_the_file_changes_no_fingerprint()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1)), seed =>
        {
            var parameters = RandomParameters(new Random(seed)).ToArray();
            var shuffled = parameters.ToArray();
            new Random(seed).Shuffle(shuffled);

            return Fingerprints(parameters).SetEquals(Fingerprints(shuffled));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_plain_grid_has_the_product_of_its_lists()
    {
        Prop.ForAll(Arb.From(Gen.Choose(1, 9)), Arb.From(Gen.Choose(1, 9)), Arb.From(Gen.Choose(1, 9)), (a, b, c) =>
            SweepFile.Parse($"name: a\nparameters: {{ model.latent: {{ range: [1, {a}] }}, objective.k: {{ range: [1, {b}] }} "
                + $"}}\nseeds: {c}").Expand().LongCount() == a * b * c)
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_thousand_million_trials_are_counted_at_once_and_expanded_only_as_far_as_asked()
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { model.latent: { range: [1, 1000] }, objective.k: { range: [1, 1000] }, objective.beta: { "
                + "range: [1, 100] } }\nseeds: 10");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var first = sweep.Expand().Take(3).ToArray();

        Assert.Equal(1_000_000_000, sweep.Count());
        Assert.Equal(new BigInteger(1_000_000_000), sweep.Combinations());
        Assert.Equal([0, 1, 2], first.Select(trial => trial.Index));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("chain: [ { model: { activation: relu } }, { model: { activation: relu }, objective: { free_bits: 0 } } ]\n")]
    public void Memory_does_not_grow_with_the_number_of_trials(string chain)
    {
        var sweep = SweepFile.Parse(
            "name: a\nparameters: { model.latent: { range: [1, 100] }, objective.k: { range: [1, 10] }, objective.beta: { range: "
                + "[1, 10] }, model.batch_norm: [true, false] }\nseeds: 5\n" + chain);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        long count = 0;

        foreach (var trial in sweep.Expand())
        {
            if (++count % 25_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        // Trials as text would be 200 MB.
        Assert.Equal(100_000, count);
        Assert.InRange(most, long.MinValue, 24_000_000);
    }

    private static HashSet<string> Fingerprints(string[] parameters) =>
        SweepFile.Parse($"name: a\nparameters:\n{string.Concat(parameters.Select(line => $"  {line}\n"))}").Expand()
            .Select(trial => trial.Fingerprint).ToHashSet(StringComparer.Ordinal);

    /// <summary>seed, K and latent size of every trial.</summary>
    private static string[] Points(string text) => SweepFile.Parse("name: a\n" + text).Expand().Select(trial =>
    {
        var config = TrialConfigJson.Parse(trial.ConfigJson);
        return $"{config.Seed} {config.Objective.K} {config.Model.Layers[0]}";
    }).ToArray();

    private static IEnumerable<string> RandomParameters(Random random)
    {
        string[] all =
        [
            "model.latent: [2, 3, 5]", "objective.k: [1, 5]", "dataset.binarization: [none, static, dynamic]",
            "dataset.seed: [1, 2]",
            "model.batch_norm: { values: [true, false], when: { objective.k: 5 } }",
            "objective.beta: { values: [0.5, 2], when: { model.batch_norm: true } }",
            "evaluate.metrics: [[test_elbo], [test_nll]]", "evaluate.importance_samples: [10, 20]",
            "model.hidden: [[10], [10, 20]]",
        ];
        return all.Where(_ => random.Next(2) == 0).DefaultIfEmpty(all[0]);
    }

    private static string RandomSweep(Random random)
    {
        var parameters = string.Concat(RandomParameters(random).Select(line => $"  {line}\n"));
        var chain = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(4) switch
        {
            0 => "  - { parameters: { model.activation: [relu, tanh] } }\n",
            1 => "  - { model: { activation: relu } }\n",
            2 => "  - { zip: { model.activation: [tanh, relu], train.epochs: [300, 400] }, seeds: [0] }\n",
            _ => "  - { zip: { dataset.seed: [3, 4], train.epochs: [300, 300] } }\n",
        }));
        return $"name: a\nseeds: {random.Next(1, 3)}\nparameters:\n{parameters}{(chain.Length > 0 ? "chain:\n" + chain : "")}";
    }
}

/// <summary>Tests that read the memory of the whole process run while no others do.</summary>
[CollectionDefinition(nameof(MemoryOfTheProcess), DisableParallelization = true)]
public sealed class MemoryOfTheProcess;
