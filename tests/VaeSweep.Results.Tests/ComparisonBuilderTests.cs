using System.Text.Json;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

public sealed class ComparisonBuilderTests
{
    private static readonly Metric _nll = MetricCatalog.Get("test_nll");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_confirmed_stands_alone_and_is_held_against_the_best()
    {
        // The search was lucky with 5.
        var (found, again) = (new[] { 90.0, 84, 86, 95 }, new[] { 90.1, 87, 86, 99 });
        int[] latent = [2, 5, 10, 20];
        MadeUpTrial Trial(int i, int seed, double value) =>
            new($$"""{"dataset.name":"mnist","model.latent":{{latent[i]}},"seed":{{seed}}}""", seed, value)
            {
                Confirms = seed > 0,
            };
        await using var made = await TrainedStore.MadeAsync(
            Enumerable.Range(0, 4).Select(i => Trial(i, 0, found[i])).Concat(
                from i in Enumerable.Range(0, 3)
                from seed in Enumerable.Range(1000, 4)
                select Trial(i, seed, again[i] + (0.1 * ((seed * (i + 3)) % 7)))));
        var request = new ComparisonRequest("s", MetricList.Find("test_nll")!, ["model.latent"], []);

        var table = await ComparisonBuilder.BuildAsync(made.Store.Results, request, TestContext.Current.CancellationToken);
        var search = await ComparisonBuilder.BuildAsync(
            made.Store.Results, request with { Search = true }, TestContext.Current.CancellationToken);

        Assert.Equal(["2", "5", "10"], table.Rows.Select(row => row.By[0]!.Text));
        Assert.All(table.Rows, row => Assert.True(row is { Confirms: true, Values.N: 4, Found.N: 1, Trials: 4 }));
        Assert.Equal(84, table.Rows[1].Found!.Mean);
        var contest = Assert.Single(table.Contests);
        Assert.Equal(("10", "5"), (contest.Best.By[0]!.Text, contest.Second.By[0]!.Text));
        var alone = table.Rows[1].Versus!.P;
        Assert.InRange(table.Rows[1].AdjustedP, alone, 2 * alone);
        Assert.Equal(table.Rows[1].AdjustedP, contest.P);
        Assert.True(contest.Separated && table.Rows[2].Separated);
        Assert.Equal((4, 0), (table.Searched, table.Confirming));
        Assert.Equal(("5", 4), (search.Rows.Single(row => row.Rank == 1).By[0]!.Text, search.Rows.Count));
        Assert.All(search.Rows, row => Assert.Equal((1, false), (row.Values.N, row.Confirms)));
    }

    [Fact]
    public async Task A_table_is_read_from_a_real_store()
    {
        MadeUpTrial[] trials =
        [
            At(k: 1, seed: 0, 90), At(k: 1, seed: 1, 92), At(k: 1, seed: 2, null, TrialState.Failed),
            At(k: 5, seed: 0, 88), At(k: 5, seed: 1, null), At(k: 5, seed: 2, null, TrialState.Running),
            At(k: 50, seed: 0, null, TrialState.Queued),
        ];
        await using var store = await TrainedStore.MadeAsync(trials);
        var request = new ComparisonRequest("s", _nll, null, [])
        {
            More = [MetricCatalog.Get("active_units"), MetricCatalog.Get("seconds")],
            Baseline = new Dictionary<string, string> { ["objective.k"] = "1" },
        };

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        Assert.Equal(["objective.k"], table.By);
        Assert.Equal(["1: 2 of 3", "5: 1 of 3", "50: 0 of 1"], table.Rows.Select(r => $"{r.By[0]}: {r.Values.N} of {r.Trials}"));
        Assert.Equal(["1 failed", "1 running, 1 without a value", "1 queued"], table.Rows.Select(r => r.Incomplete));
        Assert.Equal(91, table.Rows[0].Values.Mean, 12);
        Assert.Equal((7.0, 2.0), (table.Rows[0].More["active_units"].Mean, table.Rows[0].More["seconds"].Mean));
        Assert.Equal((2, 1, null), (table.Rows[0].Rank, table.Rows[1].Rank, table.Rows[2].Rank));
        Assert.Equal(-3, table.Rows[1].Versus!.Value);
    }

    [Fact]
    public async Task A_difference_of_rows_with_unequal_seeds_is_over_those_that_both_have_and_says_which_are_left()
    {
        MadeUpTrial[] trials =
        [
            At(k: 1, seed: 0, 90), At(k: 1, seed: 1, 92), At(k: 1, seed: 2, 91), At(k: 1, seed: 3, 200),
            At(k: 5, seed: 1, 90), At(k: 5, seed: 2, 88.5), At(k: 5, seed: 7, 10), At(k: 5, seed: 8, 10), At(k: 5, seed: 9, 10),
        ];
        await using var store = await TrainedStore.MadeAsync(trials);
        var request = new ComparisonRequest("s", _nll, null, [])
        {
            Baseline = new Dictionary<string, string> { ["objective.k"] = "1" },
        };

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        var versus = table.Rows[1].Versus!;
        Assert.Equal((MeanTest.Paired, 2, -2.25), (versus.Test, versus.Pairs, versus.Value));
        Assert.Equal([7L, 8, 9], versus.UnpairedFirst);
        Assert.Equal([0L, 3], versus.UnpairedSecond);
        var text = ComparisonRenderer.Render(table, OutputFormat.Md, Terminal.Plain);
        Assert.Contains(" (n=2) |", text, StringComparison.Ordinal);
        Assert.Contains("k=5: seeds 7 to 9; seeds 0, 3 of the baseline", text, StringComparison.Ordinal);
        Assert.Contains("over 2 seeds that both have, without seeds 7 to 9 of the best and seeds 0, 3 of the second", text,
            StringComparison.Ordinal);
        var json = JsonDocument.Parse(ComparisonRenderer.Render(table, OutputFormat.Json, Terminal.Plain)).RootElement;
        Assert.Equal([7, 8, 9], json.GetProperty("rows")[1].GetProperty("versus").GetProperty("unpaired").EnumerateArray()
            .Select(seed => seed.GetInt32()));
        Assert.Contains(",versus_pairs,versus_unpaired,", ComparisonRenderer.Render(table, OutputFormat.Csv, Terminal.Plain),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_best_row_that_is_worse_over_the_seeds_that_both_have_does_not_stand_out()
    {
        MadeUpTrial[] trials =
        [
            At(k: 1, seed: 0, 90), At(k: 1, seed: 1, 92), At(k: 1, seed: 2, 94), At(k: 1, seed: 3, 96.01),
            At(k: 5, seed: 0, 91), At(k: 5, seed: 1, 93), At(k: 5, seed: 2, 95.01), At(k: 5, seed: 9, 1),
        ];
        await using var store = await TrainedStore.MadeAsync(trials);

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, new ComparisonRequest("s", _nll, null, []), Token);

        var contest = Assert.Single(table.Contests);
        Assert.Equal("5", contest.Best.By[0]!.Text);
        Assert.True(contest.Difference.P < 0.05);
        Assert.False(contest.Separated);
        Assert.Contains("no row stands out: k=5 is not separated from k=1 (over the seeds that both have it is the worse one; ",
            ComparisonRenderer.Render(table, OutputFormat.Md, Terminal.Plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_that_lacks_some_of_a_row_s_settings_is_in_no_difference()
    {
        static MadeUpTrial On(int latent, int k, int seed, double value) => new(
            $$"""{"dataset.name":"mnist","model.latent":{{latent}},"objective.k":{{k}},"seed":{{seed}},"train.epochs":1}""", seed,
            value);
        MadeUpTrial[] trials =
        [
            On(2, 1, 0, 100), On(2, 5, 0, 90), On(2, 1, 1, 101), On(2, 5, 1, 91), On(2, 1, 2, 102), On(2, 5, 2, 92.5),
            On(9, 1, 0, 98), On(9, 5, 0, 88), On(9, 1, 1, 99), On(9, 5, 1, 88), On(9, 5, 2, 90),
        ];
        await using var store = await TrainedStore.MadeAsync(trials);
        var request = new ComparisonRequest("s", _nll, ["model.latent"], [])
        {
            Baseline = new Dictionary<string, string> { ["model.latent"] = "2" },
        };

        var row = (await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token)).Rows[1];

        Assert.Equal([2L], row.PartialSeeds);
        // Of seeds 0 and 1: (93 - 95) and (93.5 - 96); seed 2 has k = 5 alone.
        Assert.Equal((2, -2.25), (row.Versus!.Pairs, row.Versus.Value));
        Assert.Equal([2L], row.Versus.UnpairedFirst);
    }

    [Theory]
    [InlineData("objective.k", "5", 2, 2)]
    [InlineData("seed", "0", 3, 3)]
    public async Task Only_trials_that_meet_the_conditions_are_counted(string path, string value, int trials, int rows)
    {
        await using var store = await TrainedStore.MadeAsync(
            At(k: 1, seed: 0, 90), At(k: 1, seed: 1, 92), At(k: 5, seed: 0, 88), At(k: 5, seed: 1, null, TrialState.Failed),
            At(k: 50, seed: 0, null, TrialState.Queued));
        var request = new ComparisonRequest("s", _nll, ["objective.k"], [])
        {
            Where = new Dictionary<string, string> { [path] = value },
        };

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        Assert.Equal((trials, path == "seed" ? rows : 1), (table.Trials, table.Rows.Count));
        Assert.All(table.Rows, row => Assert.InRange(row.Values.N, 0, 1));
        Assert.Contains($" with {path.Split('.')[^1]}={value}", ComparisonRenderer.Render(table, OutputFormat.Md, Terminal.Plain),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_rows_keep_the_ranks_and_tests_of_the_whole_table()
    {
        await using var store = await TrainedStore.MadeAsync(
            from k in new[] { 1, 5, 10, 50 }
            from seed in new[] { 0, 1, 2 }
            select At(k, seed, 100 - k + seed + (k == 5 ? seed * seed : 0)));
        var request = new ComparisonRequest("s", _nll, null, [])
        {
            Baseline = new Dictionary<string, string> { ["objective.k"] = "1" },
        };
        var whole = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request with { Top = 2 }, Token);

        Assert.Equal(["50", "10"], table.Rows.Select(row => row.By[0]!.Text));
        Assert.Equal([1, 2], table.Rows.Select(row => row.Rank));
        Assert.Equal(whole.Rows[2].AdjustedP, table.Rows[1].AdjustedP);
        Assert.Equal(12, table.Trials);
        foreach (var format in new[] { OutputFormat.Text, OutputFormat.Md, OutputFormat.Html, OutputFormat.Latex })
        {
            Assert.Contains("the best 2 of 4 rows; --top shows more",
                ComparisonRenderer.Render(table, format, Terminal.Plain).Replace("-{}-", "--", StringComparison.Ordinal),
                StringComparison.Ordinal);
        }

        var none = await Assert.ThrowsAsync<ResultsException>(() => ComparisonBuilder.BuildAsync(
            store.Store.Results, request with { Top = 2, Metric = MetricCatalog.Get("epochs") }, Token));
        Assert.Contains("--top wants a metric that is better low or high, and epochs is neither", none.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trials_behind_a_number_are_told_with_their_attempts_and_machines()
    {
        MadeUpTrial[] trials = [At(k: 1, seed: 0, 90), At(k: 5, seed: 1, 92), At(k: 5, seed: 0, null, TrialState.Queued)];
        await using var store = await TrainedStore.MadeAsync(trials);
        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, new ComparisonRequest("s", _nll, null, []), Token);

        var behind = await BehindNumbers.ReadAsync(store.Store.Results, "s", _nll, table.Rows.SelectMany(r => r.Points), Token);

        var five = behind.Of(table.Rows[1]);
        Assert.Equal([(0L, TrialState.Queued), (1L, TrialState.Succeeded)], five.Select(t => (t.Seed, t.State)));
        Assert.Empty(five[0].Attempts);
        Assert.Equal(92, five[1].Value);
        Assert.Equal(100, five[1].Samples);
        Assert.Equal(64, five[1].Fingerprint.Length);
        Assert.Contains("\"host\"", Assert.Single(five[1].Attempts).Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seeds_are_the_unit_of_repetition_where_a_row_joins_settings()
    {
        await using var store = await TrainedStore.MadeAsync(
            At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 80), At(k: 1, seed: 1, 92), At(k: 5, seed: 1, 82));

        var row = Assert.Single((await BuildAsync(store, by: ["model.decoder"])).Rows);

        Assert.Equal(2, row.Values.N);
        Assert.Equal(2, row.Settings);
        Assert.Equal([85, 87], row.Seeds.OrderBy(s => s.Key).Select(s => s.Value));
        Assert.False(row.Unbalanced);
    }

    [Fact]
    public async Task A_seed_that_lacks_a_setting_makes_its_row_unbalanced()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 80), At(k: 1, seed: 1, 92));

        var row = Assert.Single((await BuildAsync(store, by: ["model.decoder"])).Rows);

        Assert.True(row.Unbalanced);
    }

    [Fact]
    public async Task The_lowest_mean_is_of_rank_1_where_lower_is_better()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88), At(k: 7, seed: 0, 90));

        var table = await BuildAsync(store, by: null);

        Assert.Equal([2, 1, 2], table.Rows.Select(r => r.Rank));
        Assert.Equal([false, true, false], table.Rows.Select(r => r.Best));
        Assert.False(table.Rows[1].Separated);
    }

    [Fact]
    public async Task The_best_is_separated_when_its_test_against_the_second_says_so()
    {
        await using var store = await TrainedStore.MadeAsync(
            At(k: 1, seed: 0, 90), At(k: 1, seed: 1, 91), At(k: 1, seed: 2, 92), At(k: 5, seed: 0, 80), At(k: 5, seed: 1, 81.1),
            At(k: 5, seed: 2, 81.9));

        var table = await BuildAsync(store, by: null);

        Assert.Equal([false, true], table.Rows.Select(r => r.Separated));
        Assert.Equal(MeanTest.Paired, Assert.Single(table.Contests).Difference.Test);
    }

    [Fact]
    public async Task Every_data_set_has_a_best_of_its_own_and_so_has_every_kind_of_likelihood()
    {
        static MadeUpTrial On(string data, string decoder, int k, double value) =>
            new($$"""{"dataset.name":"{{data}}","model.decoder":"{{decoder}}","objective.k":{{k}},"seed":0}""", 0, value);
        await using var store = await TrainedStore.MadeAsync(
            On("mnist", "bernoulli", 1, 90), On("mnist", "bernoulli", 5, 88), On("omniglot", "bernoulli", 1, 120),
            On("omniglot", "bernoulli", 5, 110),
            On("mnist", "gaussian", 1, -300), On("mnist", "gaussian_softplus", 5, -310));

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["mnist, bernoulli", "mnist, gaussian", "omniglot, bernoulli"], table.Contests.Select(c => c.Scope)
            .Order(StringComparer.Ordinal));
        Assert.Equal([88, -310, 110], table.Rows.Where(r => r.Best).Select(r => r.Values.Mean)
            .OrderBy(m => m == -310 ? 1 : m == 88 ? 0 : 2));
    }

    [Fact]
    public async Task A_row_that_joins_data_sets_has_no_rank()
    {
        static MadeUpTrial On(string data, int k, double value) =>
            new($$"""{"dataset.name":"{{data}}","objective.k":{{k}},"seed":0}""", 0, value);
        await using var store = await TrainedStore.MadeAsync(On("mnist", 1, 90), On("omniglot", 1, 120), On("mnist", 5, 88));

        var table = await BuildAsync(store, by: ["objective.k"]);

        Assert.Equal(1, table.Unranked);
        Assert.Null(table.Rows[0].Rank);
    }

    [Fact]
    public async Task A_metric_without_a_direction_has_no_ranks()
    {
        await using var store = await TrainedStore.MadeAsync(
            At(k: 1, seed: 0, null) with { Evaluations = [new("test_kl", 20, 1, 10)] },
            At(k: 5, seed: 0, null) with { Evaluations = [new("test_kl", 22, 1, 10)] });

        var table = await ComparisonBuilder.BuildAsync(
            store.Store.Results, new ComparisonRequest("s", MetricCatalog.Get("test_kl"), null, []), Token);

        Assert.Equal([20, 22], table.Rows.Select(r => r.Values.Mean));
        Assert.All(table.Rows, row => Assert.Null(row.Rank));
    }

    [Fact]
    public async Task A_metric_that_was_measured_twice_counts_once_with_the_more_samples()
    {
        await using var store = await TrainedStore.MadeAsync(
            At(k: 1, seed: 0, null) with { Evaluations = [new("test_nll", 95, 10, 10), new("test_nll", 90, 5000, 10)] });

        var row = Assert.Single((await BuildAsync(store, by: ["objective.k"])).Rows);

        Assert.Equal((1, 90.0), (row.Values.N, row.Values.Mean));
    }

    [Fact]
    public async Task An_epochs_value_stands_in_only_where_there_is_no_evaluation()
    {
        await using var store = await TrainedStore.MadeAsync(
            At(k: 1, seed: 0, null) with { TrainElbo = -100 },
            At(k: 1, seed: 1, null) with { TrainElbo = -100, Evaluations = [new("train_elbo", -98, 1, 10)] });

        var table = await ComparisonBuilder.BuildAsync(
            store.Store.Results, new ComparisonRequest("s", MetricCatalog.Get("train_elbo"), null, []), Token);

        Assert.Equal([-100, -98], table.Rows.Single().Seeds.OrderBy(s => s.Key).Select(s => s.Value));
    }

    [Fact]
    public async Task A_path_that_only_some_trials_have_groups_the_others_as_absent()
    {
        await using var store = await TrainedStore.MadeAsync(
            new MadeUpTrial("""{"model.prior":"standard","seed":0}""", 0, 1),
            new MadeUpTrial("""{"model.prior":"vampprior","model.pseudo_inputs":100,"seed":0}""", 0, 2),
            new MadeUpTrial("""{"model.prior":"vampprior","model.pseudo_inputs":500,"seed":0}""", 0, 3));

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["model.prior", "model.pseudo_inputs"], table.By);
        Assert.Equal(["standard/", "vampprior/100", "vampprior/500"], table.Rows.Select(r => $"{r.By[0]}/{r.By[1]}"));
    }

    [Fact]
    public async Task A_baseline_that_lacks_a_setting_is_held_against_every_value_of_it()
    {
        await using var store = await TrainedStore.MadeAsync(
            new MadeUpTrial("""{"model.prior":"standard","seed":0}""", 0, 10),
            new MadeUpTrial("""{"model.prior":"vampprior","model.pseudo_inputs":100,"seed":0}""", 0, 9),
            new MadeUpTrial("""{"model.prior":"vampprior","model.pseudo_inputs":500,"seed":0}""", 0, 8));
        var request = new ComparisonRequest("s", _nll, null,
            []) { Baseline = new Dictionary<string, string> { ["model.prior"] = "standard" } };

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        Assert.Equal([null, -1.0, -2.0], table.Rows.Select(r => r.Versus?.Value));
    }

    [Fact]
    public async Task Each_row_is_compared_with_the_baseline_of_its_own_other_settings()
    {
        static MadeUpTrial Of(string decoder, int k, double value) =>
            new($$"""{"model.decoder":"{{decoder}}","objective.k":{{k}},"seed":0}""", 0, value);
        await using var store = await TrainedStore.MadeAsync(
            Of("bernoulli", 1, 10), Of("bernoulli", 5, 8), Of("gaussian", 1, 100), Of("gaussian", 5, 97));
        var request = new ComparisonRequest("s", _nll, null,
            []) { Baseline = new Dictionary<string, string> { ["objective.k"] = "1" } };

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        Assert.Equal([null, -2.0, null, -3.0], table.Rows.Select(r => r.Versus?.Value));
        Assert.Equal([true, false, true, false], table.Rows.Select(r => r.IsBaseline));
    }

    [Fact]
    public async Task What_has_another_zero_is_not_held_against_the_baseline()
    {
        static MadeUpTrial Of(string decoder, int seed, double value) =>
            new($$"""{"model.decoder":"{{decoder}}","seed":{{seed}}}""", seed, value);
        await using var store = await TrainedStore.MadeAsync(
            Of("bernoulli", 0, 90), Of("bernoulli", 1, 91), Of("gaussian", 0, 400), Of("gaussian", 1, 402));
        var request = new ComparisonRequest("s", _nll, null,
            []) { Baseline = new Dictionary<string, string> { ["model.decoder"] = "bernoulli" } };

        var table = await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token);

        Assert.Equal([false, true], table.Rows.Select(r => r.Incomparable));
        Assert.Null(table.Rows[1].Versus);
        Assert.Contains("not comparable: ", ComparisonRenderer.Render(table, OutputFormat.Text, Terminal.Plain),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_that_is_no_row_is_refused_with_the_values_that_there_are()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88));
        var request = new ComparisonRequest("s", _nll, null,
            []) { Baseline = new Dictionary<string, string> { ["objective.k"] = "7" } };

        var error = await Assert.ThrowsAsync<ResultsException>(() =>
            ComparisonBuilder.BuildAsync(store.Store.Results, request, Token));

        Assert.Contains("objective.k is one of 1, 5.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_in_the_order_of_numbers_not_of_letters()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 10, seed: 0, 1), At(k: 2, seed: 0, 1), At(k: 1, seed: 0, 1));

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["1", "2", "10"], table.Rows.Select(r => r.By[0]!.Text));
    }

    [Fact]
    public async Task An_unknown_path_is_refused_with_the_nearest_one()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90));

        var error = await Assert.ThrowsAsync<ResultsException>(() => BuildAsync(store, by: ["objective.bund"]));

        Assert.Contains("Did you mean 'objective.bound'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_by_seed_is_refused_because_it_is_made_over_the_seeds()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90));

        var error = await Assert.ThrowsAsync<ResultsException>(() => BuildAsync(store, by: ["seed"]));

        Assert.Contains("vaesweep why", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_value_stands_beside_the_row_whose_trials_all_meet_its_condition()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88));
        var (paper, lost) = (Paper("objective.k", 5, 85.54), Paper("objective.k", 50, 84.78));

        var table = await ComparisonBuilder.BuildAsync(
            store.Store.Results, new ComparisonRequest("s", _nll, ["objective.k"], [paper, lost]), Token);

        Assert.Null(table.Rows[0].Published);
        Assert.Equal(2.46, table.Rows[1].Difference, 10);
        Assert.Equal([lost], table.Unmatched);
    }

    [Fact]
    public async Task A_published_value_is_not_shown_beside_a_row_that_mixes_its_condition_with_another()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88));

        var table = await ComparisonBuilder.BuildAsync(
            store.Store.Results, new ComparisonRequest("s", _nll, ["model.decoder"], [Paper("objective.k", 5, 85.54)]), Token);

        Assert.Null(table.Rows.Single().Published);
    }

    [Theory]
    [InlineData("""{"model.latent":20,"seed":0}""")]
    [InlineData("""{"model.layers":[20],"seed":0}""")]
    public async Task A_published_value_finds_a_latent_size_however_a_configuration_writes_it(string config)
    {
        await using var store = await TrainedStore.MadeAsync(new MadeUpTrial(config, 0, 90));

        var table = await ComparisonBuilder.BuildAsync(
            store.Store.Results, new ComparisonRequest("s", _nll, ["model.latent"], [Paper("model.latent", 20, 85)]), Token);

        Assert.Equal(5, Assert.Single(table.Rows).Difference);
    }

    [Fact]
    public async Task One_layer_and_several_are_one_column()
    {
        await using var store = await TrainedStore.MadeAsync(
            new MadeUpTrial("""{"model.latent":20,"seed":0}""", 0, 90),
            new MadeUpTrial("""{"model.layers":[64,32],"seed":0}""", 0, 89));

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["model.layers"], table.By);
        Assert.Equal(["[20]", "[64, 32]"], table.Rows.Select(r => r.By[0]!.Text));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""","train.early_stopping":5""", false)]
    [InlineData(""","train.alarms.collapse":"stop","train.early_stopping":5""", true)]
    public async Task Trials_that_ended_early_are_counted_and_marked(string more, bool early)
    {
        static MadeUpTrial Trial(int epochs, int seed, string more) =>
            new($$"""{"seed":{{seed}},"train.epochs":{{epochs}}{{more}}}""", seed, 90 + seed);
        await using var store = await TrainedStore.MadeAsync(Trial(1, 0, more), Trial(6, 0, more), Trial(6, 1, more));

        var table = await BuildAsync(store, by: ["train.epochs"]);
        var text = ComparisonRenderer.Render(table, OutputFormat.Text, Terminal.Plain);

        Assert.Equal([0, early ? 2 : 0], table.Rows.Select(r => r.EndedEarly));
        Assert.Equal(early, text.Contains("90.50 ± 0.71 §", StringComparison.Ordinal));
        Assert.Equal(early, text.Contains("§ ended early: 2 of 3 trials had fewer epochs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_epochs_of_all_phases_are_asked_for()
    {
        const string Phased = """{"seed":0,"train.epochs":1,"train.phases":[{"objective.beta":2,"train.epochs":3}]}""";
        await using var store = await TrainedStore.MadeAsync(new MadeUpTrial(Phased, 0, 90));

        var table = await BuildAsync(store, by: []);

        Assert.Equal(1, Assert.Single(table.Rows).EndedEarly);
        Assert.True(Completeness.EndedEarly(Phased, 3));
        Assert.False(Completeness.EndedEarly(Phased, 4));
    }

    [Fact]
    public async Task Epochs_are_known_of_every_trial_that_succeeded()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 1, seed: 1, null));
        var request = new ComparisonRequest("s", MetricList.Epochs, [], []);

        var row = Assert.Single((await ComparisonBuilder.BuildAsync(store.Store.Results, request, Token)).Rows);

        Assert.Equal((2, 1.0, 0), (row.Values.N, row.Values.Mean, row.WithoutValue));
    }

    [Fact]
    public async Task More_values_than_a_store_hands_out_at_once_are_read_in_halves()
    {
        var trials = Enumerable.Range(0, 60).Select(i => At(k: i % 20, seed: i / 20, i));
        await using var store = await TrainedStore.MadeAsync(new StoreOptions { MaxQueryRows = 11 }, trials);

        var table = await BuildAsync(store, by: null);

        Assert.Equal(20, table.Rows.Count);
        Assert.All(table.Rows, row => Assert.Equal(3, row.Values.N));
    }

    [Fact]
    public async Task Trials_that_a_sweep_no_longer_wants_are_not_in_its_table()
    {
        await using var store = await TrainedStore.MadeAsync(At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88));
        var kept = (await store.Store.FindTrialsAsync("", "s", 10, Token))[1];
        await store.Store.SubmitAsync(
            new SweepSubmission("s", ""), [new Trial(0, kept.Fingerprint, kept.ConfigJson, kept.Seed, "pack", kept.Epochs)],
            Token);

        var table = await BuildAsync(store, by: ["objective.k"]);

        Assert.Equal("5", Assert.Single(table.Rows).By[0]!.Text);
    }

    private static Reference Paper(string path, long value, double published) =>
        new(new ConfigFilter(new Dictionary<string, ConfigValue> { [path] = ConfigValue.Of(value) }), "test_nll", published,
            "a paper, table 1");

    private static MadeUpTrial At(int k, int seed, double? value, TrialState state = TrialState.Succeeded) => new(
        $$"""{"model.decoder":"bernoulli","model.hidden":[[200,200]],"objective.k":{{k}},"seed":{{seed}},"train.lr":0.001}""",
        seed, value, state);

    private static Task<ComparisonTable> BuildAsync(TrainedStore store, string[]? by) =>
        ComparisonBuilder.BuildAsync(store.Store.Results, new ComparisonRequest("s", _nll, by, []), Token);
}
