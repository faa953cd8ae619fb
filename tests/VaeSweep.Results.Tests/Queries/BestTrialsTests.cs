namespace VaeSweep.Results.Tests;

public sealed class BestTrialsTests
{
    private static readonly Metric _nll = MetricCatalog.Get("test_nll");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trials_are_ranked_within_a_data_set_and_likelihood_and_told_by_what_varies()
    {
        await using var made = await TrainedStore.MadeAsync(
            At("bernoulli", 1, 90), At("bernoulli", 5, 88), At("gaussian", 1, 300), At("gaussian", 5, 310),
            At("gaussian", 7, null));

        var (table, left) = await BestTrials.ReadAsync(made.Store.Results, ["s"], _nll, 20, OutputFormat.Text, Token);

        Assert.Null(left);
        Assert.Equal(["rank", "trial", "test_nll", "decoder", "k", "epochs", "seed"], table.Columns.Select(c => c.Heading));
        Assert.Equal(["1 88 § bernoulli 5", "2 90 § bernoulli 1", "1 300 gaussian 1", "2 310 gaussian 5"],
            table.Rows.Select(r => $"{r[0].Text} {r[2].Text} {r[3].Text} {r[4].Text}"));
        Assert.Contains("ranks are within each of bernoulli; gaussian", table.Notes![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_cut_off_is_said_and_programs_get_whole_configurations()
    {
        await using var made = await TrainedStore.MadeAsync(
            At("bernoulli", 1, 90), At("bernoulli", 5, 88), At("bernoulli", 7, 89));

        var (table, left) = await BestTrials.ReadAsync(made.Store.Results, ["s"], _nll, 2, OutputFormat.Json, Token);

        Assert.Equal("the best 2 of 3 trials; --top shows more.", left);
        Assert.Equal([88.0, 89.0], table.Rows.Select(r => (double)r[5].Value!));
        Assert.All(table.Rows, row =>
            Assert.Contains("\"train.epochs\":6", ((RawJson)row[^1].Value!).Text, StringComparison.Ordinal));
        Assert.All(table.Rows, row => Assert.True((bool)row[^4].Value!));
    }

    private static MadeUpTrial At(string decoder, int k, double? value) =>
        new(
            $$"""
            {"dataset.name":"mnist","model.decoder":"{{decoder}}","objective.k":{{k}},"seed":0,
            "train.epochs":{{(decoder == "bernoulli" ? 6 : 1)}}}
            """, 0, value);
}
