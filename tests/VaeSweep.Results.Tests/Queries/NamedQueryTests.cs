using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

public sealed class NamedQueryTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_named_query_answers()
    {
        MadeUpTrial[] trials = [At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88), At(k: 5, seed: 1, null, TrialState.Failed)];
        await using var store = await TrainedStore.MadeAsync(trials);

        var curves = await AskAsync("curves", "s");
        var units = await AskAsync("active-units", null);
        var failures = await AskAsync("failures", null);
        var time = await AskAsync("time-by-device", null);

        Assert.Equal([-1.0, -1.0], curves.Select(row => row["train_elbo"]));
        Assert.Equal([(3L, 2L, 1L), (3L, 2L, 1L)],
            units.Select(row => ((long)row["units"]!, (long)row["active"]!, (long)row["active_01"]!)));
        Assert.Equal(("failed", "NaN"), (failures.Single()["state"], failures.Single()["reason"]));
        Assert.Equal(("host", "cpu:0", 2L, 4.0),
            (time.Single()["host"], time.Single()["device"], time.Single()["epochs"], time.Single()["seconds"]));

        async Task<List<Dictionary<string, object?>>> AskAsync(string name, string? sweep)
        {
            var query = NamedQueries.Find(name)!;
            var result = await store.Store.QueryAsync(query.Sql, NamedQuery.Parameters(sweep), _timeout, Token);
            return [.. result.Rows.Select(row =>
                result.Columns.Zip(row).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal))];
        }
    }

    [Fact]
    public void Every_named_query_has_a_test_above()
    {
        Assert.Equal(["curves", "active-units", "failures", "time-by-device"], NamedQueries.All.Select(q => q.Name));
    }

    private static MadeUpTrial At(int k, int seed, double? value, TrialState state = TrialState.Succeeded) =>
        new($$"""{"objective.k":{{k}},"seed":{{seed}}}""", seed, value, state) { TrainElbo = -1 };
}
