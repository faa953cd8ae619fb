using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Every_view_has_the_columns_of_the_catalog()
    {
        foreach (var view in ViewCatalog.Views)
        {
            var result = await QueryAsync($"SELECT * FROM {view.Name}");

            Assert.Equal(view.Columns.Select(column => column.Name), result.Columns);
        }
    }

    [Fact]
    public void Every_view_and_column_is_described_in_one_line()
    {
        var lines = ViewCatalog.Views.SelectMany(view =>
            view.Columns.Select(column => column.Description).Append(view.Description));

        Assert.All(lines, line => Assert.Matches(@"^[^\n]{5,120}$", line));
    }

    [Fact]
    public async Task The_trials_view_tells_a_trials_story()
    {
        await SubmitAsync(Some.Trials(2));
        var claim = await ClaimOneAsync("worker-1");
        Time.Advance(TimeSpan.FromMilliseconds(1500));
        await SucceedAsync(claim);

        var rows = (await QueryAsync(
            "SELECT sweep, trial, fingerprint, seed, state, attempts, worker, started_at, finished_at, seconds, reason, config, "
                + "epochs_done, epochs, wanted FROM trials ORDER BY trial_index")).Rows;

        var (done, waiting) = (Some.Trial(0), Some.Trial(1));
        Assert.Equal(
            [
                [SweepName, done.Id, done.Fingerprint, 0L, "succeeded", 1L, "worker-1", "2024-05-01T12:00:00.000Z",
                    "2024-05-01T12:00:01.500Z", 1.0, null, done.ConfigJson, 2L, 2L, 1L],
                [SweepName, waiting.Id, waiting.Fingerprint, 1L, "queued", 0L, null, null, null, 0.0, null, waiting.ConfigJson,
                    0L, 2L, 1L],
            ],
            rows);
    }

    [Fact]
    public async Task A_query_takes_parameters()
    {
        await SubmitAsync(Some.Trials(5));

        var result = await Store.QueryAsync(
            "SELECT seed FROM trials WHERE seed > @least AND state = @state ORDER BY seed",
            new Dictionary<string, object?> { ["least"] = 2, ["@state"] = "queued" },
            TimeSpan.FromSeconds(30), Token);

        Assert.Equal([[3L], [4L]], result.Rows);
    }

    [Fact]
    public async Task Wanted_is_a_condition_by_itself()
    {
        await SubmitAsync(Some.Trials(2));
        await SubmitAsync([Some.Trial(1)]);

        var wanted = await QueryAsync("SELECT seed, wanted FROM trials WHERE wanted");
        var dropped = await QueryAsync("SELECT seed, wanted FROM trials WHERE NOT wanted");

        Assert.Equal([[1L, 1L]], wanted.Rows);
        Assert.Equal([[0L, 0L]], dropped.Rows);
    }

    [Fact]
    public async Task A_missing_parameter_is_named()
    {
        var error = await Assert.ThrowsAsync<StoreQueryException>(() => QueryAsync("SELECT @lost"));

        Assert.Contains("@lost", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM t_trials")]
    [InlineData("UPDATE t_sweeps SET state = 'stopped'")]
    [InlineData("INSERT INTO t_packs(pack_key) VALUES ('x')")]
    [InlineData("DROP VIEW trials")]
    [InlineData("DROP TABLE t_trials")]
    [InlineData("CREATE TABLE mine (a int)")]
    [InlineData("CREATE TEMP TABLE mine (a int)")]
    [InlineData("DELETE FROM trials")]
    [InlineData("COMMIT")]
    [InlineData("SELECT 1; DELETE FROM t_trials")]
    [InlineData("SELECT * FROM t_trials")]
    public async Task A_query_can_only_read_the_views(string sql)
    {
        await SubmitAsync(Some.Trials(3));

        var error = await Assert.ThrowsAsync<StoreQueryException>(() => QueryAsync(sql));

        Assert.NotEmpty(error.Message);
        Assert.Equal(3, (await Store.GetSweepAsync(SweepName, Token))!.Count(TrialState.Queued));
    }

    [Theory]
    [InlineData("SELECT * FROM trails", "trials")]
    [InlineData("SELECT trian_elbo FROM epochs", "train_elbo")]
    [InlineData("SELECT e.actve_units FROM epochs e", "active_units")]
    public async Task A_misspelt_name_is_answered_with_the_nearest(string sql, string meant)
    {
        var error = await Assert.ThrowsAsync<StoreQueryException>(() => QueryAsync(sql));

        Assert.Contains(meant, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_points_into_the_text()
    {
        const string sql = "SELECT 'ä', seed, nonsense_column FROM trials";

        var error = await Assert.ThrowsAsync<StoreQueryException>(() => QueryAsync(sql));

        Assert.Equal(sql.IndexOf("nonsense", StringComparison.Ordinal), error.Position);
    }

    [Theory]
    [InlineData("SELECT trial\nFROM trails", "trails")]
    [InlineData("SELEC trial FROM trials", "SELEC")]
    [InlineData(" UPDATE trials SET state = 'stopped'", "UPDATE")]
    [InlineData("SELECT 1; SELECT 2", "SELECT 2")]
    public async Task Every_refusal_points_at_what_is_refused(string sql, string refused)
    {
        var error = await Assert.ThrowsAsync<StoreQueryException>(() => QueryAsync(sql));

        Assert.Equal(sql.IndexOf(refused, StringComparison.Ordinal), error.Position);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended()
    {
        const string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

        var error = await Assert.ThrowsAsync<StoreQueryException>(() =>
            Store.QueryAsync(endless, null, TimeSpan.FromMilliseconds(50), Token));

        Assert.Contains("longer than 0.05 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_can_be_cancelled()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        const string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.QueryAsync(endless, null, TimeSpan.FromMinutes(5), source.Token));
    }

    [Fact]
    public async Task Views_can_be_joined_and_aggregated()
    {
        await SubmitAsync(Some.Trials(3));
        foreach (var claim in await Store.ClaimAsync(Some.Claim(maxTrials: 3), Token))
        {
            await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
            await FinishAsync(claim, Some.Success(new Evaluation("test_nll", 80 + claim.Attempt.TrialKey, 500, 100)));
        }

        var result = await QueryAsync(
            """
            SELECT count(*) AS n, max(e.train_elbo) AS best, min(v.value) AS nll
            FROM trials t JOIN epochs e ON e.sweep = t.sweep AND e.trial = t.trial JOIN evaluations v ON v.trial = t.trial
            WHERE t.sweep = 's' AND t.state = 'succeeded'
            """);

        Assert.Equal(["n", "best", "nll"], result.Columns);
        var row = Assert.Single(result.Rows);
        Assert.Equal("6 -98 81", string.Create(CultureInfo.InvariantCulture, $"{row[0]} {row[1]} {row[2]}"));
    }
}
