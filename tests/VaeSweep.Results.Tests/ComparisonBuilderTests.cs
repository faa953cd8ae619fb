using System.Diagnostics;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

public sealed class ComparisonBuilderTests
{
    private static readonly Metric Nll = MetricCatalog.Get("test_nll");

    [Fact]
    public async Task Trials_are_grouped_by_every_path_that_varies_but_the_seed()
    {
        var store = new StubStore(
        [
            Trial(k: 1, seed: 0, value: 90), Trial(k: 1, seed: 1, value: 92),
            Trial(k: 5, seed: 0, value: 88), Trial(k: 5, seed: 1, value: 88.5),
        ]);

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["objective.k"], table.By);
        Assert.Equal(["1", "5"], table.Rows.Select(r => r.By[0]!.Text));
        Assert.Equal([2, 2], table.Rows.Select(r => r.Values.N));
        Assert.Equal(91, table.Rows[0].Values.Mean, 12);
    }

    [Fact]
    public async Task The_lowest_mean_is_best_where_lower_is_better()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 90), Trial(k: 5, seed: 0, value: 88)]);

        var table = await BuildAsync(store, by: null);

        Assert.Equal([false, true], table.Rows.Select(r => r.Best));
    }

    [Fact]
    public async Task A_metric_without_a_direction_has_no_best_row()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 20), Trial(k: 5, seed: 0, value: 22)]);

        var table = await ComparisonBuilder.BuildAsync(store, new ComparisonRequest("s", MetricCatalog.Get("test_kl"), null, []), CancellationToken.None);

        Assert.All(table.Rows, row => Assert.False(row.Best));
    }

    [Fact]
    public async Task Failed_running_and_valueless_trials_are_counted_and_never_dropped()
    {
        var store = new StubStore(
        [
            Trial(k: 1, seed: 0, value: 90), Trial(k: 1, seed: 1, value: null, state: "failed"),
            Trial(k: 1, seed: 2, value: null, state: "running"), Trial(k: 1, seed: 3, value: null),
            Trial(k: 5, seed: 0, value: null, state: "queued"),
        ]);

        var table = await BuildAsync(store, by: ["objective.k"]);

        Assert.Equal(5, table.Trials);
        Assert.Equal("1 running, 1 failed, 1 without a value", table.Rows[0].Incomplete);
        Assert.Equal("1 queued", table.Rows[1].Incomplete);
        Assert.Equal(0, table.Rows[1].Values.N);
        Assert.False(table.Rows[1].Best);
    }

    [Fact]
    public async Task A_running_trial_has_no_value_even_when_the_store_gives_one()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 90), Trial(k: 1, seed: 1, value: 300, state: "running")]);

        var table = await BuildAsync(store, by: ["objective.k"]);

        Assert.Equal(1, table.Rows.Single().Values.N);
    }

    [Fact]
    public async Task A_path_that_only_some_trials_have_groups_the_others_as_absent()
    {
        var store = new StubStore(
        [
            new StubTrial("succeeded", """{"model.prior":"standard","seed":0}""", 1),
            new StubTrial("succeeded", """{"model.prior":"vampprior","model.pseudo_inputs":100,"seed":0}""", 2),
            new StubTrial("succeeded", """{"model.prior":"vampprior","model.pseudo_inputs":500,"seed":0}""", 3),
        ]);

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["model.prior", "model.pseudo_inputs"], table.By);
        Assert.Equal(["standard/", "vampprior/100", "vampprior/500"], table.Rows.Select(r => $"{r.By[0]}/{r.By[1]}"));
    }

    [Fact]
    public async Task Rows_are_in_the_order_of_numbers_not_of_letters()
    {
        var store = new StubStore([Trial(k: 10, seed: 0, value: 1), Trial(k: 2, seed: 0, value: 1), Trial(k: 1, seed: 0, value: 1)]);

        var table = await BuildAsync(store, by: null);

        Assert.Equal(["1", "2", "10"], table.Rows.Select(r => r.By[0]!.Text));
    }

    [Fact]
    public async Task An_unknown_path_is_refused_with_the_nearest_one()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 90)]);

        var error = await Assert.ThrowsAsync<ResultsException>(() => BuildAsync(store, by: ["objective.bund"]));

        Assert.Contains("Did you mean 'objective.bound'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_value_stands_beside_the_row_whose_trials_all_meet_its_condition()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 90), Trial(k: 5, seed: 0, value: 88)]);
        var paper = Paper(5, 85.54);
        var lost = Paper(50, 84.78);

        var table = await ComparisonBuilder.BuildAsync(store, new ComparisonRequest("s", Nll, ["objective.k"], [paper, lost]), CancellationToken.None);

        Assert.Null(table.Rows[0].Published);
        Assert.Equal(2.46, table.Rows[1].Difference, 10);
        Assert.Equal([lost], table.Unmatched);
    }

    [Fact]
    public async Task A_published_value_is_not_shown_beside_a_row_that_mixes_its_condition_with_another()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 90), Trial(k: 5, seed: 0, value: 88)]);
        var paper = Paper(5, 85.54);

        var table = await ComparisonBuilder.BuildAsync(store, new ComparisonRequest("s", Nll, ["model.decoder"], [paper]), CancellationToken.None);

        Assert.Null(table.Rows.Single().Published);
    }

    [Fact]
    public async Task Pages_that_the_store_cuts_short_are_read_to_the_end()
    {
        var store = new StubStore(Enumerable.Range(0, 25).Select(i => Trial(k: i % 5, seed: i, value: i)), keptRows: 10);

        var table = await BuildAsync(store, by: ["objective.k"]);

        Assert.Equal(25, table.Trials);
        Assert.Equal(3, store.Queries);
    }

    [Fact]
    public async Task A_hundred_thousand_trials_are_grouped_in_seconds()
    {
        var store = new StubStore(Enumerable.Range(0, 100_000).Select(i => Trial(k: i % 1000, seed: i, value: i)));
        var watch = Stopwatch.StartNew();

        var table = await BuildAsync(store, by: null);

        Assert.Equal(1000, table.Rows.Count);
        Assert.Equal(100_000, table.Count(TrialState.Succeeded));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_short_path_shows_lists_of_one_without_brackets()
    {
        var store = new StubStore([new StubTrial("succeeded", """{"model.layers":[10],"seed":0}""", 1), new StubTrial("succeeded", """{"model.layers":[5],"seed":0}""", 2)]);

        var table = await BuildAsync(store, by: ["model.latent"]);

        Assert.Equal(["model.latent"], table.By);
        Assert.Equal(["5", "10"], table.Rows.Select(r => r.By[0]!.Json));
    }

    [Fact]
    public async Task A_path_that_no_trial_has_is_one_row_of_all_trials()
    {
        var store = new StubStore([Trial(k: 1, seed: 0, value: 90), Trial(k: 5, seed: 0, value: 88)]);

        var table = await BuildAsync(store, by: ["model.pseudo_inputs"]);

        Assert.Null(table.Rows.Single().By[0]);
        Assert.Equal(2, table.Rows.Single().Values.N);
    }

    private static Reference Paper(int k, double value) =>
        new(new ConfigFilter(new Dictionary<string, ConfigValue> { ["objective.k"] = ConfigValue.Of((long)k) }), "test_nll", value, "a paper, table 1");

    private static StubTrial Trial(int k, int seed, double? value, string state = "succeeded") => new(
        state, $$"""{"model.decoder":"bernoulli","model.hidden":[[200,200]],"objective.k":{{k}},"seed":{{seed}},"train.lr":0.001}""", value);

    private static Task<ComparisonTable> BuildAsync(StubStore store, string[]? by) =>
        ComparisonBuilder.BuildAsync(store, new ComparisonRequest("s", Nll, by, []), CancellationToken.None);
}
